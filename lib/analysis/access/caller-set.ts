import { identityUri, istioIdentityUri } from '../../upstream/spiffe/identity-uri';
/**
 * Every caller with an identity of one kind, whether or not its workload is in the manifests or exists yet. Patterns use
 * Istio's wildcards.
 */
export type CallerSet =
  | {
      readonly kind: 'workload-identities';
      /** `own` is the mesh's, `another` one that no manifest names; anything else is its name. */
      readonly trustDomain: TrustDomainOf;
      /** Name or pattern; undefined for any. */
      readonly namespace: string | undefined;
      /** Name or pattern of a ServiceAccount; undefined for any. */
      readonly account: string | undefined;
    }
  /** A principal that does not have the form of Istio's workload identities, with a wildcard at one end. */
  | { readonly kind: 'like'; readonly pattern: string };

/** The trust domain of the identities. */
export type TrustDomainOf = 'own' | 'another' | { readonly name: string };

/** What no Kubernetes object is called: names have no upper-case letters, so no policy means it by its name. */
const NOBODY = 'ANY_OTHER';
/** The same for a trust domain, which has an underscore where DNS names have none. */
const NOWHERE = 'any_other';

/** Names a set for people; `parseCallerSet` reads it. */
export function describeCallerSet(set: CallerSet): string {
  if (set.kind === 'like') return `any identity like ${set.pattern}`;
  const { trustDomain, namespace, account } = set;
  const isWhole = namespace === undefined && account === undefined;
  return [
    'any identity',
    account === undefined ? '' : ` of service account ${account}`,
    namespace === undefined ? '' : ` of namespace ${namespace}`,
    trustDomain === 'another' ? ' of another trust domain' : '',
    trustDomain === 'own' && isWhole ? ' of the trust domain' : '',
    typeof trustDomain === 'object' ? ` of trust domain ${trustDomain.name}` : '',
  ].join('');
}

const WORDS =
  /^any identity(?: of service account (?<account>\S+))?(?: of namespace (?<namespace>\S+))?(?<own> of the trust domain)?(?<another> of another trust domain)?(?: of trust domain (?<name>\S+))?$/;

/** Reads what {@link describeCallerSet} writes; undefined for any other text. */
export function parseCallerSet(text: string): CallerSet | undefined {
  const like = /^any identity like (\S+)$/.exec(text)?.[1];
  if (like !== undefined) return { kind: 'like', pattern: like };
  const { account, namespace, own, another, name } = WORDS.exec(text)?.groups ?? {};
  const whose = [own, another, name].filter((part) => part !== undefined);
  if (whose.length > 1 || (whose.length === 0 && account === undefined && namespace === undefined)) return undefined;
  const trustDomain = name !== undefined ? { name } : another !== undefined ? 'another' : 'own';
  return { kind: 'workload-identities', trustDomain, namespace, account };
}

/**
 * An identity that stands for the set: of the set, and of no smaller set that a policy can name.
 *
 * @param own the mesh's trust domain
 */
export function representativeOf(set: CallerSet, own: string): string {
  if (set.kind === 'like') {
    const { pattern } = set;
    return identityUri(
      pattern.startsWith('*') ? `${own}/${NOBODY}${pattern.slice(1)}` : pattern.replace(/\*$/, NOBODY),
    );
  }
  const { trustDomain, namespace, account } = set;
  const fill = (pattern: string | undefined) => (pattern ?? '*').replaceAll('*', NOBODY);
  const authority =
    trustDomain === 'own' ? own : trustDomain === 'another' ? NOWHERE : trustDomain.name.replaceAll('*', NOWHERE);
  return istioIdentityUri(authority, fill(namespace), fill(account));
}
