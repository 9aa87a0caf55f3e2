import { X509Certificate } from 'node:crypto';
import { field, type JsonValue, scalarTextsAt, textAt } from '../../base/json';
import { SPIFFE_SCHEME } from '../../upstream/spiffe/identity-uri';
import { certificatesIn } from './read-proxy';
import type { ProxyReading, ProxySecret } from './snapshot';

/** Name of the secret with a proxy's own certificate, and of that with the roots it trusts (istio/istio pkg/security/security.go). */
const CERTIFICATE_SECRET = 'default';
const ROOTS_SECRET = 'ROOTCA';

/** One certificate as far as it matters here. */
export interface Certificate {
  /** What it is compared by. */
  readonly fingerprint: string;
  /** Every SPIFFE ID in it; exactly one in a sound one. */
  readonly uris: readonly string[];
  /** Issuer in one line. */
  readonly issuer: string;
  readonly subject: string;
  /** Milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** The parsed certificate; undefined where only a description of it was kept. */
  readonly x509: X509Certificate | undefined;
  /** Fingerprints of the authorities that issued it, from its description. */
  readonly issuedBy: readonly string[];
}

/** The certificates of one proxy. */
export interface ProxyCertificates {
  /** The proxy's own first; empty if it has none. */
  readonly chain: readonly Certificate[];
  /** All that it trusts. */
  readonly roots: readonly Certificate[];
  /** The secret with its own certificate; undefined if it never arrived. */
  readonly secret: ProxySecret | undefined;
  /** Why something of it cannot be read, as a clause; undefined if all can. */
  readonly unreadable: string | undefined;
}

/**
 * Reads what a proxy has; what cannot be parsed is said and not left out.
 *
 * @param known what was read before, by its text: most proxies have the same roots
 */
export function readCertificates(
  reading: ProxyReading,
  known = new Map<string, Certificate | undefined>(),
): ProxyCertificates {
  const secret = reading.secrets.find(({ name, state }) => name === CERTIFICATE_SECRET && state === 'active');
  const roots = reading.secrets.find(({ name, state }) => name === ROOTS_SECRET && state === 'active');
  let unreadable: string | undefined;
  const parse = (text: string) => {
    const pieces = certificateTexts(text);
    if (pieces.length === 0 && text.trim() !== '') unreadable = 'a certificate of it is not PEM';
    return pieces.flatMap((piece) => {
      const certificate = known.has(piece) ? known.get(piece) : readCertificate(piece);
      known.set(piece, certificate);
      if (certificate === undefined) unreadable = 'a certificate of it cannot be parsed';
      return certificate ?? [];
    });
  };
  return {
    chain: parse(secret?.chain ?? ''),
    roots: Object.values(roots?.roots ?? {}).flatMap(parse),
    secret,
    get unreadable() {
      return unreadable;
    },
  };
}

/** Every certificate in a text: PEM blocks, or the lines that describe them. */
function certificateTexts(text: string): readonly string[] {
  return [...certificatesIn(text), ...text.split('\n').filter((line) => line.startsWith(DESCRIPTION))];
}

/** How the description of a certificate begins. */
const DESCRIPTION = '{"certificate":';

/** What certificates say, a line of JSON each, in place of them: they cannot be shown without the names in them. */
export function describeCertificates(
  certificates: readonly Certificate[],
  authorities: readonly Certificate[],
): string {
  return certificates
    .map((one) => {
      const { fingerprint: certificate, uris, issuer, subject, notBefore, notAfter } = one;
      const issuers = authorities
        .filter((authority) => isIssuedBy(one, authority))
        .map(({ fingerprint }) => fingerprint);
      const issuedBy = one.x509 === undefined ? one.issuedBy : issuers;
      return `${JSON.stringify({ certificate, uris, issuer, subject, notBefore, notAfter, issuedBy })}\n`;
    })
    .join('');
}

function readDescription(line: string): Certificate | undefined {
  const value = JSON.parse(line) as JsonValue;
  const [notBefore, notAfter] = [field(value, 'notBefore'), field(value, 'notAfter')];
  if (typeof notBefore !== 'number' || typeof notAfter !== 'number') return undefined;
  return {
    fingerprint: textAt(value, 'certificate') ?? '',
    uris: scalarTextsAt(value, 'uris'),
    issuer: textAt(value, 'issuer') ?? '',
    subject: textAt(value, 'subject') ?? '',
    notBefore,
    notAfter,
    x509: undefined,
    issuedBy: scalarTextsAt(value, 'issuedBy'),
  };
}

function readCertificate(pem: string): Certificate | undefined {
  try {
    if (pem.startsWith(DESCRIPTION)) return readDescription(pem);
    const x509 = new X509Certificate(pem);
    const names = (x509.subjectAltName ?? '').split(', ').map((name) => name.replace(/^URI:"?|"$/g, ''));
    return {
      fingerprint: x509.fingerprint256,
      uris: names.filter((name) => name.startsWith(SPIFFE_SCHEME)),
      issuer: oneLine(x509.issuer),
      subject: oneLine(x509.subject),
      notBefore: Date.parse(x509.validFrom),
      notAfter: Date.parse(x509.validTo),
      x509,
      issuedBy: [],
    };
  } catch {
    return undefined;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Whether the signatures of a chain end at one of the roots; validity periods are checked elsewhere. */
export function leadsTo(chain: readonly Certificate[], roots: readonly Certificate[]): boolean {
  const known = new Set(roots.map(({ fingerprint }) => fingerprint));
  let current = chain[0];
  for (const next of [...chain.slice(1), undefined]) {
    if (current === undefined) return false;
    if (known.has(current.fingerprint)) return true;
    const own = current;
    if (roots.some((root) => isIssuedBy(own, root))) return true;
    if (next === undefined || !isIssuedBy(own, next)) return false;
    current = next;
  }
  return false;
}

function isIssuedBy(one: Certificate, issuer: Certificate): boolean {
  if (one.x509 === undefined || issuer.x509 === undefined) return one.issuedBy.includes(issuer.fingerprint);
  try {
    return one.x509.checkIssued(issuer.x509) && one.x509.verify(issuer.x509.publicKey);
  } catch {
    return false;
  }
}

/** Trust domain and path of a SPIFFE ID as it stands. */
export function partsOf(uri: string): { readonly trustDomain: string; readonly path: string } {
  const rest = uri.slice(SPIFFE_SCHEME.length);
  const slash = rest.indexOf('/');
  return slash < 0 ? { trustDomain: rest, path: '' } : { trustDomain: rest.slice(0, slash), path: rest.slice(slash) };
}

/** The certificates of a text that can be parsed. */
export function readCertificatesOf(text: string): readonly Certificate[] {
  return certificateTexts(text).flatMap((piece) => readCertificate(piece) ?? []);
}
