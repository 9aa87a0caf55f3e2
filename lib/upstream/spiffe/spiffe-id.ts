import { identityUri, istioPath, SPIFFE_SCHEME } from './identity-uri';
import { SpiffeIdError } from './spiffe-id-error';
import { checkTrustDomain, TrustDomain } from './trust-domain';

/** SPIFFE-ID standard, section 2.3: a whole ID is at most 2048 bytes. */
const MAX_BYTES = 2048;

/** A Kubernetes workload. */
export interface WorkloadIdentityName {
  /** Trust domain of the mesh. */
  readonly trustDomain: TrustDomain;
  /** Kubernetes namespace of the pod. */
  readonly namespace: string;
  /** ServiceAccount that the pod runs as. */
  readonly serviceAccount: string;
}

/**
 * The identity of a workload: `spiffe://<trust domain>/<path>`.
 *
 * Follows the SPIFFE-ID standard exactly (spiffe/spiffe standards/SPIFFE-ID.md), so it accepts IDs that Istio would
 * not: Istio's secure naming requires the path of {@link SpiffeId.forWorkload}.
 */
export class SpiffeId {
  /**
   * Reads a full SPIFFE ID.
   *
   * @throws SpiffeIdError naming the part that is not allowed: a missing or upper-case scheme, a port, an empty or dot
   * segment, a trailing slash, a query, a fragment, percent-encoding, more than 2048 bytes
   */
  public static parse(text: string): SpiffeId {
    const where = 'SpiffeId.parse';
    if (!text.startsWith(SPIFFE_SCHEME)) {
      throw new SpiffeIdError({
        where,
        problem: 'a SPIFFE ID must start with the lower-case scheme',
        value: /^[^/]*(\/\/)?/.exec(text)?.[0] ?? text,
        allowed: 'spiffe://<trust domain>/<path>',
        fix: 'prefix it with "spiffe://" and the trust domain',
      });
    }
    checkLength(where, text);
    const rest = text.slice(SPIFFE_SCHEME.length);
    const slash = rest.indexOf('/');
    const authority = slash === -1 ? rest : rest.slice(0, slash);
    const path = slash === -1 ? '' : rest.slice(slash);
    checkTrustDomain(where, authority);
    checkPath(where, path);
    return new SpiffeId(TrustDomain.parse(authority), path);
  }

  /**
   * The identity that Istio expects of a pod: `/ns/<namespace>/sa/<service account>`.
   *
   * istiod computes exactly this for every endpoint and puts it on the client's cluster as the only accepted SAN
   * (istio/istio pkg/spiffe/spiffe.go, pilot/pkg/serviceregistry/kube/conversion.go).
   *
   * @throws SpiffeIdError if a name is empty, has a character that is not allowed in a path segment, or is too long
   */
  public static forWorkload(workload: WorkloadIdentityName): SpiffeId {
    const where = 'SpiffeId.forWorkload';
    checkPath(where, `/${workload.namespace}`);
    checkPath(where, `/${workload.serviceAccount}`);
    if (`${workload.namespace}${workload.serviceAccount}`.includes('/')) {
      throw new SpiffeIdError({
        where,
        problem: 'a namespace or ServiceAccount contains a slash',
        value: `${workload.namespace}, ${workload.serviceAccount}`,
        allowed: 'one path segment each',
      });
    }
    const id = new SpiffeId(workload.trustDomain, istioPath(workload.namespace, workload.serviceAccount));
    checkLength(where, id.toString());
    return id;
  }

  private constructor(
    /** The trust domain that issues the identity. */
    public readonly trustDomain: TrustDomain,
    /** The path with its leading slash; empty for the ID of the trust domain itself. */
    public readonly path: string,
  ) {}

  /**
   * The form used in an AuthorizationPolicy: the ID without its scheme.
   *
   * Istio adds `spiffe://` itself, so a principal with this prefix never matches (istio/istio
   * pilot/pkg/security/authz/matcher).
   */
  public get principal(): string {
    return `${this.trustDomain}${this.path}`;
  }

  /** Whether both are the same identity; SPIFFE IDs are compared byte by byte. */
  public equals(other: SpiffeId): boolean {
    return this.toString() === other.toString();
  }

  /** The full ID with its scheme. */
  public toString(): string {
    return identityUri(this.principal);
  }
}

function checkLength(where: string, id: string): void {
  const bytes = Buffer.byteLength(id);
  if (bytes > MAX_BYTES) {
    throw new SpiffeIdError({
      where,
      problem: `the SPIFFE ID has ${bytes} bytes`,
      value: `${id.slice(0, 64)}…`,
      allowed: `at most ${MAX_BYTES} bytes`,
      fix: 'shorten the path',
    });
  }
}

/**
 * Refuses what is not a path of a SPIFFE ID; shared with templates of paths.
 *
 * @internal
 */
export function checkPath(where: string, path: string): void {
  if (path === '') return;
  const refuse = (problem: string, value: string, fix: string) =>
    new SpiffeIdError({
      where,
      problem,
      value,
      allowed: 'segments of letters, digits, ".", "-" and "_", separated by single slashes',
      fix,
    });

  if (path.endsWith('/')) {
    throw refuse('a SPIFFE ID must not have an empty segment or a trailing slash', path, 'remove the trailing slash');
  }
  for (const segment of path.slice(1).split('/')) {
    if (segment === '') {
      throw refuse('the path has an empty segment', path, 'use single slashes');
    }
    if (segment === '.' || segment === '..') {
      throw refuse('the path has a dot segment', segment, 'remove "." and ".." from the path');
    }
    const illegal = /[^A-Za-z0-9._-]/u.exec(segment);
    if (illegal) {
      throw refuse(illegalPart(illegal[0]), illegal[0], 'use only characters that need no encoding');
    }
  }
}

function illegalPart(character: string): string {
  if (character === '?') return 'a SPIFFE ID must not have a query';
  if (character === '#') return 'a SPIFFE ID must not have a fragment';
  if (character === '%') return 'a SPIFFE ID must not use percent-encoding';
  return 'the path contains a character that is not allowed';
}
