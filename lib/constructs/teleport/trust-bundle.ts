import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { identityUri } from '../../upstream/spiffe/identity-uri';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import { Principal } from '../istio/policy/principal';
import { checkPathTemplate } from './template';

/** A caller of another trust domain, with the roots that its certificate is verified by. */
export interface ForeignCaller {
  /** The trust domain it is of. */
  readonly bundle: TrustBundle;
  /** How policies name it. */
  readonly principal: Principal;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Another trust domain and its root certificates: whom the mesh may let in that it does not issue identities to.
 *
 * It works where a gateway asks clients for a certificate: `exposeThrough(gateway, { clients: [bundle.workload(…)] })`. It does not work
 * between sidecars: Envoy asks the Workload API for the roots of its own trust domain alone, and Teleport's tbot hands out no others
 * under that name; `meshConfig.caCertificates` does not reach such proxies (istio/istio#50783).
 */
export class TrustBundle {
  /**
   * Reads root certificates.
   *
   * @param pem certificates alone, one after another; no error repeats any of it
   * @throws InvalidInputError if there is something else in it, such as a private key, or a certificate is not one of an authority
   */
  public static of(trustDomain: TrustDomain, pem: string): TrustBundle {
    return new TrustBundle(trustDomain, readRoots('TrustBundle.of', pem));
  }

  /**
   * Reads root certificates from a file.
   *
   * @param path relative to the working directory
   * @throws InvalidInputError as {@link TrustBundle.of} does, or if there is no such file
   */
  public static fromFile(trustDomain: TrustDomain, path: string): TrustBundle {
    let pem: string;
    try {
      pem = readFileSync(path, 'utf8');
    } catch {
      throw new InvalidInputError({
        where: 'TrustBundle.fromFile',
        problem: 'the file cannot be read',
        value: path,
        allowed: 'a file with the root certificates of the trust domain, as PEM',
      });
    }
    return new TrustBundle(trustDomain, readRoots('TrustBundle.fromFile', pem));
  }

  private constructor(
    /** The other trust domain. */
    public readonly trustDomain: TrustDomain,
    /** Its root certificates, as PEM. */
    public readonly pem: string,
  ) {}

  /**
   * A workload of another Istio mesh.
   *
   * @throws InvalidInputError if a name is not legal
   */
  public workload({
    namespace,
    serviceAccount,
  }: {
    readonly namespace: string;
    readonly serviceAccount: string;
  }): ForeignCaller {
    const { trustDomain } = this;
    return this.caller(Principal.of(SpiffeId.forWorkload({ trustDomain, namespace, serviceAccount })));
  }

  /**
   * Whoever has a SPIFFE ID, by its path.
   *
   * @throws InvalidInputError if it is not a legal path, which begins with a slash
   */
  public identity(path: string): ForeignCaller {
    // Without a slash in between, the text would begin with another trust domain.
    checkPathTemplate('TrustBundle.identity', path);
    return this.caller(Principal.of(SpiffeId.parse(identityUri(`${this.trustDomain}`, path))));
  }

  /** Everybody of the trust domain. */
  public anybody(): ForeignCaller {
    return this.caller(Principal.anyInTrustDomain(this.trustDomain));
  }

  private caller(principal: Principal): ForeignCaller {
    return { bundle: this, principal };
  }
}

/** The certificates, each as it stands, without what is around them. */
function readRoots(where: string, pem: string): string {
  const refuse = (problem: string) =>
    new InvalidInputError({
      where,
      problem,
      allowed: 'root certificates as PEM: -----BEGIN CERTIFICATE----- …',
      fix: 'use only the bundle that the other trust domain publishes',
    });
  const blocks = [...pem.matchAll(BLOCK)];
  const other = blocks.find(([, kind]) => kind !== 'CERTIFICATE');
  if (other !== undefined) throw refuse(`it contains a ${other[1]?.toLowerCase()}`);
  if (blocks.length === 0) throw refuse('it contains no certificate');
  return blocks
    .map(([text], index) => {
      let certificate: X509Certificate;
      try {
        certificate = new X509Certificate(text);
      } catch {
        throw refuse(`certificate ${index + 1} cannot be read`);
      }
      if (!certificate.ca) throw refuse(`certificate ${index + 1} is not a CA certificate`);
      return `${text.replaceAll('\r\n', '\n')}\n`;
    })
    .join('');
}
