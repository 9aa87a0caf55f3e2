import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** An X.509-SVID with its private key, as tbot hands it out. */
export interface Svid {
  readonly spiffeId: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** In the form of `X509Certificate.serialNumber`: upper-case hexadecimal. */
  readonly serialNumber: string;
}

const HOUR = 3_600_000;

let serial = 0x1000;

/**
 * The certificate authority of one trust domain. Node makes keys and signatures but no certificates, so the few fields
 * of an X.509-SVID (spiffe/spiffe standards/X509-SVID.md) are written here.
 */
export class TestCa {
  /** The CA certificate as PEM: the trust bundle. */
  public readonly bundle: string;

  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  public constructor(public readonly trustDomain: string) {
    const extensions = [
      extension(OID.basicConstraints, sequence(BOOLEAN_TRUE)),
      extension(OID.keyUsage, bitString(Buffer.of(KEY_CERT_SIGN | CRL_SIGN), 1)),
      subjectAltName(`spiffe://${trustDomain}`),
    ];
    this.bundle = this.certificate(trustDomain, this.keys.publicKey, extensions, ++serial);
  }

  /** An SVID with a new key and serial number. */
  public issue(spiffeId: string): Svid {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const number = ++serial;
    const extensions = [
      extension(OID.basicConstraints, sequence()),
      extension(OID.keyUsage, bitString(Buffer.of(DIGITAL_SIGNATURE), 7)),
      extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuth), oid(OID.clientAuth))),
      subjectAltName(spiffeId),
    ];
    return {
      spiffeId,
      certificate: this.certificate('workload', publicKey, extensions, number),
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      serialNumber: number.toString(16).toUpperCase(),
    };
  }

  private certificate(subject: string, publicKey: KeyObject, extensions: readonly Buffer[], number: number): string {
    const algorithm = sequence(oid(OID.ecdsaWithSha256));
    const body = sequence(
      der(0xa0, der(0x02, Buffer.of(2))), // version 3
      der(0x02, Buffer.of(number >> 8, number & 0xff)),
      algorithm,
      name(this.trustDomain),
      sequence(time(Date.now() - HOUR), time(Date.now() + HOUR)),
      name(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(...extensions)),
    );
    const signature = bitString(sign('sha256', body, this.keys.privateKey), 0);
    const base64 = sequence(body, algorithm, signature).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
  }
}

const OID = {
  commonName: [2, 5, 4, 3],
  keyUsage: [2, 5, 29, 15],
  subjectAltName: [2, 5, 29, 17],
  basicConstraints: [2, 5, 29, 19],
  extendedKeyUsage: [2, 5, 29, 37],
  serverAuth: [1, 3, 6, 1, 5, 5, 7, 3, 1],
  clientAuth: [1, 3, 6, 1, 5, 5, 7, 3, 2],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
} as const;

// Bits of the key usage extension, the first being the highest.
const DIGITAL_SIGNATURE = 0x80;
const KEY_CERT_SIGN = 0x04;
const CRL_SIGN = 0x02;

const BOOLEAN_TRUE = Buffer.of(0x01, 0x01, 0xff);

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...lengthBytes), content]);
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents);
}

function bitString(content: Buffer, unusedBits: number): Buffer {
  return der(0x03, Buffer.of(unusedBits), content);
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const base128 = (arc: number): number[] =>
    arc < 0x80 ? [arc] : [...base128(arc >> 7).map((b) => b | 0x80), arc & 0x7f];
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(commonName)))));
}

function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\..*|[^0-9]/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2)}Z`));
}

function extension(id: readonly number[], content: Buffer): Buffer {
  return sequence(oid(id), BOOLEAN_TRUE, der(0x04, content));
}

function subjectAltName(uri: string): Buffer {
  return extension(OID.subjectAltName, sequence(der(0x86, Buffer.from(uri))));
}
