import { InvalidInputError } from '../../../base/invalid-input-error';
import { notForm, POLICY_FIELDS } from '../../../upstream/istio/policy-fields';
import { checkNamespace, checkObjectName } from '../../../upstream/kubernetes/names';
import { RELEASE_FACTS } from '../../../upstream/releases/release-facts';
import type { Target } from '../../../upstream/releases/target';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import type { WithOneOf } from './at-least-one';
import { checkIpBlock } from './ip-block';
import { renderBoth } from './match-list';
import type { Principal } from './principal';
import type { RequestPrincipal } from './request-principal';

/** Sources named by address. */
export interface NetworkFields {
  /**
   * Addresses of the direct peer: of the last proxy in between, if there is one.
   *
   * @default - any
   */
  readonly ipBlocks?: readonly string[];
  /**
   * Any direct peer but these.
   *
   * @default - none is left out
   */
  readonly notIpBlocks?: readonly string[];
  /**
   * Addresses of the original client, from X-Forwarded-For or the PROXY protocol: trust them as far as the proxies.
   *
   * @default - any
   */
  readonly remoteIpBlocks?: readonly string[];
  /**
   * Any original client but these.
   *
   * @default - none is left out
   */
  readonly notRemoteIpBlocks?: readonly string[];
}

/** Where a connection comes from, as addresses: the only source that a CUSTOM rule may name. */
export type NetworkSource = WithOneOf<NetworkFields>;

/** A ServiceAccount, in any trust domain. */
export interface ServiceAccountName {
  /**
   * Its namespace.
   *
   * @default - the policy's namespace
   */
  readonly namespace?: string;
  /** Its name. */
  readonly name: string;
}

/** Sources named by trust domain; they can stand beside any other. */
export interface TrustDomainFields {
  /**
   * Any identity of these trust domains; from Istio 1.30.2.
   *
   * @default - any
   */
  readonly trustDomains?: readonly TrustDomain[];
  /**
   * Any identity but those of these trust domains; from Istio 1.30.2.
   *
   * @default - none is left out
   */
  readonly notTrustDomains?: readonly TrustDomain[];
}

/** Sources named by principal or by namespace; Istio refuses ServiceAccounts beside them. */
export interface PrincipalFields extends NetworkFields, TrustDomainFields {
  /**
   * Any of these identities.
   *
   * @default - any
   */
  readonly principals?: readonly Principal[];
  /**
   * Matches plain-text callers too: they have no identity that could be in the list.
   *
   * @default - none is left out
   */
  readonly notPrincipals?: readonly Principal[];
  /**
   * Namespace names, in any trust domain; asterisks in them stand for any text. Prefer `Principal.anyInNamespace`.
   *
   * @default - any
   */
  readonly namespaces?: readonly string[];
  /**
   * Matches plain-text callers too.
   *
   * @default - none is left out
   */
  readonly notNamespaces?: readonly string[];
  readonly serviceAccounts?: never;
  readonly notServiceAccounts?: never;
}

/** Sources named by ServiceAccount. */
export interface ServiceAccountFields extends NetworkFields, TrustDomainFields {
  /**
   * Any of these ServiceAccounts.
   *
   * @default - any
   */
  readonly serviceAccounts?: readonly ServiceAccountName[];
  /**
   * Matches plain-text callers too.
   *
   * @default - none is left out
   */
  readonly notServiceAccounts?: readonly ServiceAccountName[];
  readonly principals?: never;
  readonly notPrincipals?: never;
  readonly namespaces?: never;
  readonly notNamespaces?: never;
}

/** Sources named by the token of a request. */
export interface TokenFields {
  /**
   * Issuer and subject of the token that the request carries: any of these.
   *
   * @default - any
   */
  readonly requestPrincipals?: readonly RequestPrincipal[];
  /**
   * Matches requests without a token too.
   *
   * @default - none is left out
   */
  readonly notRequestPrincipals?: readonly RequestPrincipal[];
}

/** No look at tokens: not every port has requests that carry one. */
export interface NoTokenFields {
  readonly requestPrincipals?: never;
  readonly notRequestPrincipals?: never;
}

/** Who a caller is, as far as its connection tells: works on every port. All fields given must match. */
export type PeerSource = (WithOneOf<PrincipalFields> | WithOneOf<ServiceAccountFields>) & NoTokenFields;

/** Who a caller is, also by the token of its request: a rule with a token field is for HTTP ports only. */
export type RequestSource = WithOneOf<PrincipalFields & TokenFields> | WithOneOf<ServiceAccountFields & TokenFields>;

/** The fields of a source in Istio's words. */
export type SourceField = keyof PrincipalFields | keyof ServiceAccountFields | keyof TokenFields;

/** A source in Istio's words. */
export type SourceSpec = { readonly [Field in SourceField]?: readonly string[] };

/** Istio refuses more ServiceAccounts in one list. */
const MAX_SERVICE_ACCOUNTS = POLICY_FIELDS.serviceAccounts.atMost;

/**
 * Writes a source in Istio's words.
 *
 * @throws InvalidInputError if it has no field, an empty list, or an entry that Istio refuses or would never match
 */
export function renderSource(where: string, source: RequestSource, target: Target): SourceSpec {
  checkServiceAccounts(where, source);
  checkTrustDomains(where, source, target);
  const pattern = (principal: { readonly pattern: string }) => principal.pattern;
  const namespace = (name: string) => namespacePattern(where, name);
  const account = (name: ServiceAccountName) => serviceAccount(where, name);
  const block = (text: string) => checkIpBlock(where, text);
  const spec: SourceSpec = {
    ...renderBoth(where, 'principals', source, pattern),
    ...renderBoth(where, 'requestPrincipals', source, pattern),
    ...renderBoth(where, 'namespaces', source, namespace),
    ...renderBoth(where, 'serviceAccounts', source, account),
    ...renderBoth(where, 'trustDomains', source, String),
    ...renderBoth(where, 'ipBlocks', source, block),
    ...renderBoth(where, 'remoteIpBlocks', source, block),
  };
  if (Object.keys(spec).length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'a source is empty',
      value: source,
      allowed: 'at least one field',
      fix: 'for every caller, remove "from"; for every caller with an identity, use Principal.anyAuthenticated()',
    });
  }
  return spec;
}

function namespacePattern(where: string, name: string): string {
  // An asterisk may stand for any part of a name, so for a letter.
  checkNamespace(where, name.replaceAll('*', 'x'));
  return name;
}

function serviceAccount(where: string, { namespace, name }: ServiceAccountName): string {
  checkObjectName(where, name);
  if (namespace === undefined) return name;
  checkNamespace(where, namespace);
  return `${namespace}/${name}`;
}

function checkServiceAccounts(where: string, source: RequestSource): void {
  const count = Math.max(source.serviceAccounts?.length ?? 0, source.notServiceAccounts?.length ?? 0);
  if (count > MAX_SERVICE_ACCOUNTS) {
    throw new InvalidInputError({
      where,
      problem: `${count} ServiceAccounts in one source`,
      allowed: `at most ${MAX_SERVICE_ACCOUNTS}`,
      fix: 'add a second source to "from": sources are alternatives',
    });
  }
  const others = POLICY_FIELDS.serviceAccounts.notBeside.flatMap((name) => [source[name], source[notForm(name)]]);
  if (count > 0 && others.some((list) => list !== undefined)) {
    throw new InvalidInputError({
      where,
      problem: 'Istio refuses ServiceAccounts combined with principals or namespaces in one source',
      allowed: 'one of the three ways to match callers',
      fix: 'list them all as principals, or add a second source to "from"',
    });
  }
}

function checkTrustDomains(where: string, source: RequestSource, target: Target): void {
  if ((source.trustDomains ?? source.notTrustDomains) !== undefined && !target.hasTrustDomainSources) {
    throw new InvalidInputError({
      where,
      problem: `Istio ${target.istio} does not match trust domains as a source: it drops or ignores the field`,
      allowed: `Istio ${RELEASE_FACTS.hasTrustDomainSources}`,
      fix: 'use Principal.anyInTrustDomain',
    });
  }
}
