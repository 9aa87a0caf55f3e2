import { X509Certificate } from 'node:crypto';
import { SPIFFE_SCHEME } from '../../upstream/spiffe/identity-uri';
import { certificatesIn } from './read-proxy';
import type { ProxyReading, ProxySecret } from './snapshot';

/** Name of the secret with a proxy's own certificate, and of that with the roots it trusts (istio/istio pkg/security/security.go). */
export const CERTIFICATE_SECRET = 'default';
export const ROOTS_SECRET = 'ROOTCA';

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
  /** The parsed certificate. */
  readonly x509: X509Certificate;
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

/** Reads what a proxy has; what cannot be parsed is said and not left out. */
export function readCertificates(reading: ProxyReading): ProxyCertificates {
  const secret = reading.secrets.find(({ name, state }) => name === CERTIFICATE_SECRET && state === 'active');
  const roots = reading.secrets.find(({ name, state }) => name === ROOTS_SECRET && state === 'active');
  let unreadable: string | undefined;
  const parse = (text: string) => {
    const blocks = certificatesIn(text);
    if (blocks.length === 0 && text.trim() !== '') unreadable = 'a certificate of it is not PEM';
    return blocks.flatMap((pem) => {
      const certificate = readCertificate(pem);
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

function readCertificate(pem: string): Certificate | undefined {
  try {
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
    };
  } catch {
    return undefined;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ');
}

/** Whether a chain leads to one of the roots by signatures; validity in time is looked at elsewhere. */
export function leadsTo(chain: readonly Certificate[], roots: readonly Certificate[]): boolean {
  const known = new Set(roots.map(({ fingerprint }) => fingerprint));
  let current = chain[0];
  for (const next of [...chain.slice(1), undefined]) {
    if (current === undefined) return false;
    if (known.has(current.fingerprint)) return true;
    const { x509 } = current;
    if (roots.some((root) => isIssuedBy(x509, root.x509))) return true;
    if (next === undefined || !isIssuedBy(x509, next.x509)) return false;
    current = next;
  }
  return false;
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return one.checkIssued(issuer) && one.verify(issuer.publicKey);
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
  return certificatesIn(text).flatMap((pem) => readCertificate(pem) ?? []);
}
