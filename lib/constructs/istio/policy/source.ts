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

/** Sources matched by address. */
export interface NetworkFields {
  /**
   * Addresses of the direct peer, which is the last proxy in between, if there is one.
   *
   * @default - any
   */
  readonly ipBlocks?: readonly string[];
  /**
   * Any direct peer except these.
   *
   * @default - no exceptions
   */
  readonly notIpBlocks?: readonly string[];
  /**
   * Addresses of the original client, from X-Forwarded-For or the PROXY protocol; they are only as trustworthy as the
   * proxies.
   *
   * @default - any
   */
  readonly remoteIpBlocks?: readonly string[];
  /**
   * Any original client except these.
   *
   * @default - no exceptions
   */
  readonly notRemoteIpBlocks?: readonly string[];
}

/** Where a connection comes from, by address: the only source that a CUSTOM rule may use. */
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

/** Sources matched by trust domain, in combination with any other field. */
export interface TrustDomainFields {
  /**
   * Any identity in these trust domains; from Istio 1.30.2.
   *
   * @default - any
   */
  readonly trustDomains?: readonly TrustDomain[];
  /**
   * Any identity except those in these trust domains; from Istio 1.30.2.
   *
   * @default - no exceptions
   */
  readonly notTrustDomains?: readonly TrustDomain[];
}

/** Sources matched by principal or namespace, which Istio does not allow in combination with ServiceAccounts. */
export interface PrincipalFields extends NetworkFields, TrustDomainFields {
  /**
   * Any of these identities.
   *
   * @default - any
   */
  readonly principals?: readonly Principal[];
  /**
   * Any identity except these. Also matches plaintext callers, because they have no identity that could be in the list.
   *
   * @default - no exceptions
   */
  readonly notPrincipals?: readonly Principal[];
  /**
   * Namespace names, in any trust domain; asterisks match any string. Prefer `Principal.anyInNamespace`.
   *
   * @default - any
   */
  readonly namespaces?: readonly string[];
  /**
   * Any namespace except these. Also matches plaintext callers.
   *
   * @default - no exceptions
   */
  readonly notNamespaces?: readonly string[];
  readonly serviceAccounts?: never;
  readonly notServiceAccounts?: never;
}

/** Sources matched by ServiceAccount. */
export interface ServiceAccountFields extends NetworkFields, TrustDomainFields {
  /**
   * Any of these ServiceAccounts.
   *
   * @default - any
   */
  readonly serviceAccounts?: readonly ServiceAccountName[];
  /**
   * Any ServiceAccount except these. Also matches plaintext callers.
   *
   * @default - no exceptions
   */
  readonly notServiceAccounts?: readonly ServiceAccountName[];
  readonly principals?: never;
  readonly notPrincipals?: never;
  readonly namespaces?: never;
  readonly notNamespaces?: never;
}

/** Sources matched by the token of a request. */
export interface TokenFields {
  /**
   * Issuer and subject of the token that the request carries: any of these.
   *
   * @default - any
   */
  readonly requestPrincipals?: readonly RequestPrincipal[];
  /**
   * Any issuer and subject except these. Also matches requests without a token.
   *
   * @default - no exceptions
   */
  readonly notRequestPrincipals?: readonly RequestPrincipal[];
}

/** No token fields: not every port has requests with tokens. */
export interface NoTokenFields {
  readonly requestPrincipals?: never;
  readonly notRequestPrincipals?: never;
}

/** The identity of a caller according to its connection, which works on every port. All given fields must match. */
export type PeerSource = (WithOneOf<PrincipalFields> | WithOneOf<ServiceAccountFields>) & NoTokenFields;

/**
 * The identity of a caller, also according to the token of its request: a rule with a token field applies only to HTTP
 * ports.
 */
export type RequestSource = WithOneOf<PrincipalFields & TokenFields> | WithOneOf<ServiceAccountFields & TokenFields>;

/** The fields of a source in Istio's format. */
export type SourceField = keyof PrincipalFields | keyof ServiceAccountFields | keyof TokenFields;

/** A source in Istio's format. */
export type SourceSpec = { readonly [Field in SourceField]?: readonly string[] };

/** Istio refuses more ServiceAccounts in one list. */
const MAX_SERVICE_ACCOUNTS = POLICY_FIELDS.serviceAccounts.atMost;

/**
 * Writes a source in Istio's format.
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
