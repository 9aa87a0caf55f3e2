import { compareTexts } from '../../base/compare-texts';
import type { MeshSettings } from '../../model/installation/mesh-settings';
import { isIdentityField, type PolicyFieldName, policyField } from '../../upstream/istio/policy-fields';
import { identityUri } from '../../upstream/spiffe/identity-uri';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { type CallerSet, describeCallerSet, representativeOf, type TrustDomainOf } from '../access/caller-set';
import type { Caller } from '../access/connector';
import type { MeshModel } from '../access/mesh-model';
import { bareFacts } from '../policy/bare-facts';
import type { CompiledCondition } from '../policy/compiled-condition';
import type { CompiledRule } from '../policy/compiled-rule';
import { YES } from '../policy/truth';

/** A caller with an identity. */
export type IdentityCaller = Extract<Caller, { kind: 'identity' }>;

/** The most combinations of values that one alternative of a rule is looked at for; one has a handful. */
const MOST_COMBINATIONS = 1000;

/**
 * Callers beside the workloads that policies can distinguish: each identity that a rule names, and each set of identities
 * that a pattern, a namespace or a trust domain of a rule stands for, whether the rule lets them in, keeps them out or
 * excepts them. Always with "any identity" of the mesh's trust domain and of another one: a rule without `from` is for them.
 *
 * Takes time in proportion to the values of the policies.
 *
 * @param other a model whose policies also count, for comparing the two
 */
export function callersToldApart(model: MeshModel, other?: MeshModel): readonly IdentityCaller[] {
  const finder = new Finder(model.settings);
  for (const { dryRun, action, rules } of [...model.compiledPolicies, ...(other?.compiledPolicies ?? [])]) {
    if (!dryRun && action !== 'AUDIT') for (const rule of rules.http) finder.addRule(rule);
  }
  return finder.found;
}

/** The parts of an identity that some values want; undefined for a part that may be anything. */
interface Wanted {
  readonly trustDomain?: string | undefined;
  readonly namespace?: string | undefined;
  readonly account?: string | undefined;
  /** A pattern of another form than Istio's identities. */
  readonly like?: string;
}

class Finder {
  private readonly callers = new Map<string, IdentityCaller>();
  private readonly aliases: ReadonlySet<string>;
  /** A further trust domain whose identities get in by rules that look at no trust domain; undefined if servers refuse all. */
  private readonly guest: TrustDomainOf | undefined;

  public constructor(private readonly settings: MeshSettings) {
    const { trustDomainAliases, otherTrustDomains, skipsTrustDomainCheck } = settings;
    this.aliases = new Set(trustDomainAliases);
    const [accepted] = otherTrustDomains;
    this.guest = skipsTrustDomainCheck ? 'another' : accepted === undefined ? undefined : { name: accepted };
    this.addSet({ trustDomain: 'own' });
    this.addSet({ trustDomain: 'another' });
    for (const name of [...trustDomainAliases, ...otherTrustDomains]) this.addSet({ trustDomain: { name } });
  }

  public get found(): readonly IdentityCaller[] {
    const [exact, sets] = [true, false].map((isExact) =>
      [...this.callers.values()].filter(({ standsFor }) => (standsFor === undefined) === isExact),
    );
    return [...(exact ?? []).sort(byIdentity), ...(sets ?? []).sort(bySet)];
  }

  public addRule(rule: CompiledRule): void {
    const namespace = rule.policy.namespace ?? 'default';
    const when = rule.when.filter(isAboutIdentity);
    for (const alternative of rule.from.length === 0 ? [[]] : rule.from) {
      const conditions = [...alternative.filter(isAboutIdentity), ...when];
      for (const condition of conditions) for (const wanted of this.wantedBy(condition, namespace)) this.add(wanted);
      this.addTogether(
        conditions.filter(({ negated }) => !negated),
        namespace,
      );
    }
  }

  /** Who fits several fields at once: `namespaces: [a]` beside `principals: [td/ns/*]` is about a of td. */
  private addTogether(conditions: readonly CompiledCondition[], namespace: string): void {
    if (conditions.length < 2) return;
    let combined: readonly Wanted[] = [{}];
    for (const condition of conditions) {
      const values = this.wantedBy(condition, namespace);
      if (combined.length * values.length > MOST_COMBINATIONS) return;
      combined = combined.flatMap((one) => values.flatMap((other) => together(one, other) ?? []));
    }
    for (const wanted of combined) this.add(wanted, conditions);
  }

  private add(wanted: Wanted, mustFit: readonly CompiledCondition[] = []): void {
    if (wanted.like !== undefined) {
      this.put({ kind: 'like', pattern: wanted.like }, mustFit);
      return;
    }
    const { namespace, account } = wanted;
    for (const trustDomain of this.trustDomainsOf(wanted.trustDomain)) {
      this.addSet({ trustDomain, namespace, account }, mustFit);
    }
  }

  private addSet(
    set: { trustDomain: TrustDomainOf; namespace?: string | undefined; account?: string | undefined },
    mustFit: readonly CompiledCondition[] = [],
  ): void {
    const { trustDomain, namespace, account } = set;
    this.put({ kind: 'workload-identities', trustDomain, namespace, account }, mustFit);
  }

  private put(set: CallerSet, mustFit: readonly CompiledCondition[]): void {
    const identity = representativeOf(set, this.settings.trustDomain);
    const facts = bareFacts(identity, 0);
    if (!mustFit.every((condition) => condition.test(facts) === YES)) return;
    const caller: IdentityCaller = isExact(set)
      ? { kind: 'identity', identity }
      : { kind: 'identity', identity, standsFor: set };
    this.callers.set(identity, caller);
  }

  private trustDomainsOf(wanted: string | undefined): readonly TrustDomainOf[] {
    if (wanted === undefined || wanted === '*') return this.guest === undefined ? ['own'] : ['own', this.guest];
    return [wanted === this.settings.trustDomain ? 'own' : { name: wanted }];
  }

  private wantedBy({ field, values }: CompiledCondition, ownNamespace: string): readonly Wanted[] {
    const about = policyField(field);
    const read = about && READERS[about];
    if (read === undefined) return [];
    const known = new Set(values);
    // istiod writes a principal once for each alias of the trust domain: the first of them is enough.
    return values
      .filter((value) => !this.isCopyForAlias(value, known))
      .flatMap((value) => read(value, ownNamespace) ?? []);
  }

  private isCopyForAlias(value: string, all: ReadonlySet<string>): boolean {
    const slash = value.indexOf('/');
    return (
      slash > 0 &&
      this.aliases.has(value.slice(0, slash)) &&
      all.has(`${this.settings.trustDomain}${value.slice(slash)}`)
    );
  }
}

/** How the values of each field about identities are read. */
const READERS: { readonly [Name in PolicyFieldName]?: (value: string, ownNamespace: string) => Wanted | undefined } = {
  principals: readPrincipal,
  namespaces: (namespace) => ({ namespace }),
  trustDomains: (trustDomain) => ({ trustDomain }),
  serviceAccounts: (value, ownNamespace) => {
    const slash = value.indexOf('/');
    return slash < 0
      ? { namespace: ownNamespace, account: value }
      : { namespace: value.slice(0, slash), account: value.slice(slash + 1) };
  },
};

/** Takes a principal apart: with a leading star its end counts, with a trailing one its beginning. */
function readPrincipal(principal: string): Wanted | undefined {
  const star = principal.indexOf('*');
  if (principal === '*') return {};
  if (star === 0) return readEnd(principal);
  if (star === principal.length - 1) return readBeginning(principal);
  // An asterisk elsewhere is an ordinary character, which no identity has.
  return star > 0 ? undefined : readIdentity(principal);
}

function readIdentity(principal: string): Wanted | undefined {
  const parts = principal.split('/');
  const [trustDomain, ns, namespace, sa, account] = parts;
  if (parts.length === 5 && ns === 'ns' && sa === 'sa') return { trustDomain, namespace, account };
  return isSpiffeId(identityUri(principal)) ? { like: principal } : undefined;
}

function readEnd(principal: string): Wanted | undefined {
  if (principal.includes('*', 1)) return undefined;
  const [account, sa, namespace, ns, trustDomain, ...more] = principal.split('/').reverse();
  if (more.length > 0) return { like: principal };
  if (sa === undefined || sa === '*') return { account };
  if (sa !== 'sa') return { like: principal };
  if (namespace === undefined || namespace === '*') return { account };
  if (ns === undefined || ns === '*') return { namespace, account };
  return ns === 'ns' ? { trustDomain, namespace, account } : { like: principal };
}

function readBeginning(principal: string): Wanted {
  const [trustDomain, ns, namespace, sa, account, ...more] = principal.split('/');
  if (ns === undefined) return { trustDomain };
  const fits = (text: string | undefined, word: string) =>
    text === undefined || text === word || (text.endsWith('*') && word.startsWith(text.slice(0, -1)));
  if (more.length > 0 || !fits(ns, 'ns') || !fits(sa, 'sa')) return { like: principal };
  const named = (text: string | undefined) => (text === '*' ? undefined : text);
  return { trustDomain, namespace: named(namespace), account: named(account) };
}

function isSpiffeId(text: string): boolean {
  try {
    SpiffeId.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Both at once; undefined if nobody can be both. Of two patterns the one that is a name counts; what comes out is tried. */
function together(a: Wanted, b: Wanted): Wanted | undefined {
  if (a.like !== undefined || b.like !== undefined) return a.like === b.like ? a : undefined;
  return {
    trustDomain: closer(a.trustDomain, b.trustDomain),
    namespace: closer(a.namespace, b.namespace),
    account: closer(a.account, b.account),
  };
}

function closer(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.includes('*') !== b.includes('*')) return a.includes('*') ? b : a;
  return a.length >= b.length ? a : b;
}

function isExact(set: CallerSet): boolean {
  if (set.kind === 'like') return !set.pattern.includes('*');
  const { trustDomain, namespace, account } = set;
  if (trustDomain === 'another' || namespace === undefined || account === undefined) return false;
  return ![typeof trustDomain === 'object' ? trustDomain.name : '', namespace, account].some((text) =>
    text.includes('*'),
  );
}

function isAboutIdentity({ field }: CompiledCondition): boolean {
  return isIdentityField(field);
}

function byIdentity(a: IdentityCaller, b: IdentityCaller): number {
  return compareTexts(a.identity, b.identity);
}

function bySet({ standsFor: a }: IdentityCaller, { standsFor: b }: IdentityCaller): number {
  if (a === undefined || b === undefined) return 0;
  return breadth(a) - breadth(b) || compareTexts(describeCallerSet(a), describeCallerSet(b));
}

/** Whole trust domains come last, and of these the ones farther away. */
function breadth(set: CallerSet): number {
  if (set.kind === 'like' || set.namespace !== undefined || set.account !== undefined) return 0;
  return set.trustDomain === 'own' ? 1 : set.trustDomain === 'another' ? 3 : 2;
}
