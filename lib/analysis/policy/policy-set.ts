import { trimmed } from '../../base/trimmed';
import type { Authorizer } from '../../model/installation/authorizers';
import type { CompiledPolicy } from './compiled-policy';
import type { CompiledRule } from './compiled-rule';
import type { EvaluatedPolicy, EvaluatedRule, FilterChain, PolicyAction } from './evaluated-policy';
import type { Facts } from './facts';
import { MAYBE, NO, type Truth, YES } from './truth';

/** Whether a request is allowed; `depends` if that depends on something unknown. */
export type Verdict = 'allowed' | 'denied' | 'depends';

/** What a workload's AuthorizationPolicies decide, and by which rule. */
export type PolicyReason =
  /** No DENY rule matches, and no ALLOW policy applies. */
  | { readonly kind: 'no-policy' }
  | { readonly kind: 'allow-rule'; readonly rule: EvaluatedRule }
  | { readonly kind: 'deny-rule'; readonly rule: EvaluatedRule }
  /** ALLOW policies apply, but no rule matches. */
  | { readonly kind: 'no-allow-rule-matches'; readonly policies: readonly EvaluatedPolicy[] }
  /** A CUSTOM rule matches, so an external authorizer decides. */
  | { readonly kind: 'external-authorizer'; readonly rule: EvaluatedRule; readonly provider: string }
  /** A CUSTOM rule matches, but its authorizer cannot be called, so the request is denied. */
  | { readonly kind: 'authorizer-unusable'; readonly rule: EvaluatedRule; readonly problem: string }
  /** Whether these rules match depends on parts of the request that were not stated. */
  | { readonly kind: 'undetermined'; readonly rules: readonly EvaluatedRule[] };

/** A verdict and its reason. */
export interface PolicyOutcome {
  /** Whether the request is allowed. */
  readonly verdict: Verdict;
  /** The rule that decided, or the rules that are missing. */
  readonly reason: PolicyReason;
}

/** How a CUSTOM rule's authorizer answers. */
type Usability = { readonly usable: true } | { readonly usable: false; readonly problem: string };

/** The mesh configuration of external authorizers. */
export interface AuthorizerSettings {
  /** Names that CUSTOM policies can use; undefined if the configuration is unknown. */
  readonly known: ReadonlyMap<string, Authorizer> | undefined;
  /** Whether one workload may have several. */
  readonly mayBeSeveral: boolean;
  /** Whether what a dry-run CUSTOM policy matches is denied. */
  readonly deniesDryRun: boolean;
}

/** The enforced rules of one filter chain, by what they do. */
type Chain = Readonly<Record<PolicyAction, readonly CompiledRule[]>>;

/** The most outcomes a set remembers: enough for every caller of a large mesh. */
const MOST_OUTCOMES = 20_000;

/** A text for what is known of a request, if that is no more than its caller, port, method and path. */
function keyOf(chain: FilterChain, facts: Facts): string | undefined {
  const { identity, port, method, path, sni, claims } = facts;
  if (claims != null || sni != null || facts.query !== undefined) return undefined;
  const others = [facts.sourceIp, facts.remoteIp, facts.destinationIp, facts.host, facts.headers];
  if (others.some((one) => one !== undefined)) return undefined;
  return [chain, port, claims === null, sni === null, identity === null, identity, method, path].join('\n');
}

const NO_POLICY: PolicyOutcome = { verdict: 'allowed', reason: { kind: 'no-policy' } };

/**
 * The AuthorizationPolicies of one workload in the order they are applied: CUSTOM, DENY, ALLOW. AUDIT and dry-run policies
 * are kept for explanations but decide nothing.
 */
export class PolicySet {
  // Fields of their own, as what a Map in V8's old memory let go of lives on until that is looked through.
  private http: Chain | undefined;
  private tcp: Chain | undefined;
  private readonly noAllowRuleMatches: PolicyOutcome | undefined;
  private readonly providers: ReadonlySet<string>;
  /** Of a large mesh each caller is asked about at every workload that has these policies. */
  private outcomes: Map<string, PolicyOutcome> | undefined;

  /** @internal */
  public constructor(
    /** Every policy that applies to the workload. */
    public readonly policies: readonly CompiledPolicy[],
    private readonly authorizers: AuthorizerSettings,
  ) {
    const enforced = policies.filter(({ dryRun }) => !dryRun);
    const allow = enforced.filter(({ action }) => action === 'ALLOW');
    this.noAllowRuleMatches =
      allow.length > 0
        ? { verdict: 'denied', reason: { kind: 'no-allow-rule-matches', policies: trimmed(allow) } }
        : undefined;
    // Dry-run ones count too.
    this.providers = new Set(policies.filter(({ action }) => action === 'CUSTOM').map(({ provider }) => provider));
  }

  /** Whether an ALLOW policy applies, so that only requests that a rule matches are allowed. */
  public get deniesByDefault(): boolean {
    return this.noAllowRuleMatches !== undefined;
  }

  /** The rules of a filter chain in the order they are applied, dry-run ones last. */
  public rules(chain: FilterChain): readonly CompiledRule[] {
    const { CUSTOM, AUDIT, DENY, ALLOW } = this.chain(chain);
    const shadows = this.policies.filter(({ dryRun }) => dryRun).flatMap((policy) => policy.rules[chain]);
    return [...CUSTOM, ...AUDIT, ...DENY, ...ALLOW, ...shadows];
  }

  /** Lets go of its rules and of what it has decided, which are made anew when they are asked for. */
  public forget(): void {
    this.http = undefined;
    this.tcp = undefined;
    this.outcomes = undefined;
  }

  private chain(name: FilterChain): Chain {
    this[name] ??= this.readChain(name);
    return this[name];
  }

  private readChain(name: FilterChain): Chain {
    const rules = (action: PolicyAction) =>
      this.policies
        .filter((policy) => policy.action === action && !policy.dryRun)
        .flatMap((policy) => policy.rules[name]);
    return { CUSTOM: rules('CUSTOM'), AUDIT: rules('AUDIT'), DENY: rules('DENY'), ALLOW: rules('ALLOW') };
  }

  /** The decision of the policies about a request; the same object for requests with the same few known facts. */
  public decide(chain: FilterChain, facts: Facts): PolicyOutcome {
    const key = keyOf(chain, facts);
    if (key === undefined) return this.weigh(chain, facts);
    this.outcomes ??= new Map();
    const known = this.outcomes.get(key);
    if (known) return known;
    const outcome = this.weigh(chain, facts);
    if (this.outcomes.size >= MOST_OUTCOMES) this.outcomes.clear();
    this.outcomes.set(key, outcome);
    return outcome;
  }

  private weigh(chain: FilterChain, facts: Facts): PolicyOutcome {
    const { CUSTOM, DENY, ALLOW } = this.chain(chain);
    const shadows = this.authorizers.deniesDryRun ? this.dryRunCustom(chain) : [];
    const custom = this.custom([...CUSTOM, ...shadows], facts, chain);
    if (custom.outcome?.verdict === 'denied') return custom.outcome;
    const deny = best(DENY, facts);
    if (deny.truth === YES) return { verdict: 'denied', reason: { kind: 'deny-rule', rule: deny.rule } };
    const allow = best(ALLOW, facts);
    if (allow.truth === NO && this.noAllowRuleMatches) return this.noAllowRuleMatches;
    if (custom.outcome) return custom.outcome;
    if (custom.undetermined || deny.truth === MAYBE || (allow.truth === MAYBE && this.noAllowRuleMatches)) {
      const open = allow.truth === YES ? [...CUSTOM, ...DENY] : [...CUSTOM, ...DENY, ...ALLOW];
      const rules = open.filter((rule) => rule.test(facts) === MAYBE);
      return { verdict: 'depends', reason: { kind: 'undetermined', rules } };
    }
    return allow.truth === YES ? { verdict: 'allowed', reason: { kind: 'allow-rule', rule: allow.rule } } : NO_POLICY;
  }

  private dryRunCustom(chain: FilterChain): readonly CompiledRule[] {
    return this.policies
      .filter(({ action, dryRun }) => action === 'CUSTOM' && dryRun)
      .flatMap((policy) => policy.rules[chain]);
  }

  private custom(
    rules: readonly CompiledRule[],
    facts: Facts,
    chain: FilterChain,
  ): { outcome?: PolicyOutcome; undetermined: boolean } {
    let undetermined = false;
    let asked: PolicyOutcome | undefined;
    for (const rule of rules) {
      const provider = this.providerOf(rule);
      const authorizer = this.authorizer(provider);
      // One that is asked by HTTP is left out on TCP; of one that cannot be asked only enforced rules deny.
      if (authorizer.usable ? chain === 'tcp' && this.authorizers.known?.get(provider)?.kind === 'http' : rule.dryRun)
        continue;
      const matches = rule.test(facts);
      if (matches === MAYBE) undetermined = true;
      if (matches !== YES) continue;
      if (rule.dryRun) {
        const problem = 'Istio denies what a CUSTOM policy with istio.io/dry-run matches';
        return { outcome: { verdict: 'denied', reason: { kind: 'authorizer-unusable', rule, problem } }, undetermined };
      }
      if (!authorizer.usable) {
        return {
          outcome: { verdict: 'denied', reason: { kind: 'authorizer-unusable', rule, problem: authorizer.problem } },
          undetermined,
        };
      }
      asked ??= { verdict: 'depends', reason: { kind: 'external-authorizer', rule, provider } };
    }
    return asked ? { outcome: asked, undetermined } : { undetermined };
  }

  private providerOf(rule: CompiledRule): string {
    return this.policies.find(({ manifest }) => manifest === rule.policy)?.provider ?? '';
  }

  private authorizer(provider: string): Usability {
    if (this.providers.size > 1 && !this.authorizers.mayBeSeveral) {
      const names = [...this.providers].sort().join(' and ');
      return { usable: false, problem: `the workload has more than one external authorizer: ${names}` };
    }
    if (provider === '') return { usable: false, problem: 'the policy names no external authorizer' };
    const { known } = this.authorizers;
    if (known !== undefined && !known.has(provider)) {
      return { usable: false, problem: `meshConfig.extensionProviders has no "${provider}"` };
    }
    const lacks = known?.get(provider)?.problem;
    if (lacks !== undefined)
      return { usable: false, problem: `"${provider}" in meshConfig.extensionProviders has ${lacks}` };
    return { usable: true };
  }
}

type Best = { readonly truth: typeof YES | typeof MAYBE; readonly rule: CompiledRule } | { readonly truth: typeof NO };

function best(rules: readonly CompiledRule[], facts: Facts): Best {
  let maybe: CompiledRule | undefined;
  for (const rule of rules) {
    const matches: Truth = rule.test(facts);
    if (matches === YES) return { truth: YES, rule };
    if (matches === MAYBE) maybe ??= rule;
  }
  return maybe ? { truth: MAYBE, rule: maybe } : { truth: NO };
}
