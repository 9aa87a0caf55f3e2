import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { identityUri } from '../../upstream/spiffe/identity-uri';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import { Principal } from '../istio/policy/principal';
import { checkPathTemplate } from './template';

/** A caller from another trust domain, with the roots that verify its certificate. */
export interface ForeignCaller {
  /** Its trust domain. */
  readonly bundle: TrustBundle;
  /** The principal with which policies match it. */
  readonly principal: Principal;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Another trust domain and its root certificates, for callers that the mesh does not issue identities to.
 *
 * It works at a gateway that requests client certificates: `exposeThrough(gateway, { clients: [bundle.workload(…)] })`.
 * It does not work between sidecars: Envoy requests only the roots of its own trust domain from the Workload API, and
 * Teleport's tbot serves no others under that name; `meshConfig.caCertificates` does not reach such proxies
 * (istio/istio#50783).
 */
export class TrustBundle {
  /**
   * Reads root certificates.
   *
   * @param pem only certificates, one after another; errors never repeat it
   * @throws InvalidInputError if it contains something else, such as a private key, or a certificate that is not a CA
   * certificate
   */
  public static of(trustDomain: TrustDomain, pem: string): TrustBundle {
    return new TrustBundle(trustDomain, readRoots('TrustBundle.of', pem));
  }

  /**
   * Reads root certificates from a file.
   *
   * @param path relative to the working directory
   * @throws InvalidInputError as {@link TrustBundle.of} does, or if the file does not exist
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
   * @throws InvalidInputError if a name is not valid
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
   * A caller with a SPIFFE ID, by its path.
   *
   * @throws InvalidInputError if it is not a valid path, which starts with a slash
   */
  public identity(path: string): ForeignCaller {
    // Without a slash in between, the text would begin with another trust domain.
    checkPathTemplate('TrustBundle.identity', path);
    return this.caller(Principal.of(SpiffeId.parse(identityUri(`${this.trustDomain}`, path))));
  }

  /** All callers from the trust domain. */
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
