import type { ServerMtlsMode, Workload } from '../cluster';
import { accessMatrix } from './access-matrix';
import type { CompiledPolicy } from './compiled-policy';
import type { CompiledRule } from './compiled-rule';
import type { Decision } from './decision';
import type { MeshModel } from './mesh-model';
import { covers } from './rule-coverage';
import { NO } from './truth';

/** Something a rule or policy does not do, or does not do as it seems to. */
export type RuleUse =
  /** No workload among the manifests is one the policy is for. */
  | { readonly kind: 'policy-without-workload'; readonly policy: CompiledPolicy }
  /** No caller that can connect is one the rule is about, on any port of the workloads it is for. */
  | { readonly kind: 'rule-never-matches'; readonly rule: CompiledRule }
  /** Another rule of the same action, for the same workloads and more, matches whatever this one does. */
  | { readonly kind: 'rule-covered'; readonly rule: CompiledRule; readonly by: CompiledRule }
  /** The rule asks for an identity on a port that also takes connections without one. */
  | {
      readonly kind: 'identity-without-mtls';
      readonly rule: CompiledRule;
      readonly workload: Workload;
      readonly podPort: number;
      readonly mode: Exclude<ServerMtlsMode, 'STRICT'>;
      /** Whether the rule asks by a not-field, which every caller without an identity fits. */
      readonly fitsWithoutIdentity: boolean;
    };

const IDENTITY_FIELDS: ReadonlySet<string> = new Set([
  'principals',
  'namespaces',
  'serviceAccounts',
  'trustDomains',
  'source.principal',
  'source.namespace',
  'source.serviceAccount',
  'source.trustDomain',
]);

/** Looks at how a mesh's AuthorizationPolicies are used by the callers and ports there are. Dry-run policies are left out. */
export function ruleUses(model: MeshModel): readonly RuleUse[] {
  const enforced = model.policies.filter(({ dryRun }) => !dryRun);
  const workloadsOf = new Map(enforced.map((policy) => [policy, model.scopeOf(policy)]));
  const decisions = accessMatrix(model).cells.flatMap(({ decision }) => casesOf(decision));
  const matched = matchedRules(model, decisions);
  const guarded = new Set(decisions.map(({ request }) => request.destination.workload));
  return enforced.flatMap((policy): readonly RuleUse[] => {
    const workloads = workloadsOf.get(policy) ?? [];
    if (workloads.length === 0) return [{ kind: 'policy-without-workload', policy }];
    const called = workloads.some((workload) => guarded.has(workload));
    return policy.rules.http.flatMap((rule): readonly RuleUse[] => {
      if (called && !matched.has(nameOf(rule))) return [{ kind: 'rule-never-matches', rule }];
      const by = coveredBy(rule, policy, workloadsOf);
      return [...(by ? [{ kind: 'rule-covered' as const, rule, by }] : []), ...withoutMtls(rule, workloads, decisions)];
    });
  });
}

/** A request that may be either HTTP or TCP is decided for both. */
function casesOf(decision: Decision): readonly Decision[] {
  return decision.reason.kind === 'differs' ? decision.reason.cases : [decision];
}

function matchedRules(model: MeshModel, decisions: readonly Decision[]): ReadonlySet<string> {
  const matched = new Set<string>();
  for (const { request, reason } of decisions) {
    if (reason.kind === 'connection-fails' || reason.kind === 'not-enforced') continue;
    for (const rule of model.policySetOf(request.destination.workload).rules(request.chain)) {
      if (rule.test(request.facts) !== NO) matched.add(nameOf(rule));
    }
  }
  return matched;
}

/** The same rule for HTTP and for TCP, under one name. */
function nameOf({ policy, index }: CompiledRule): string {
  return `${policy.namespace ?? ''}/${policy.name}/${index}`;
}

function coveredBy(
  rule: CompiledRule,
  policy: CompiledPolicy,
  workloadsOf: ReadonlyMap<CompiledPolicy, readonly Workload[]>,
): CompiledRule | undefined {
  const own = workloadsOf.get(policy) ?? [];
  let seen = false;
  for (const [other, workloads] of workloadsOf) {
    const wider =
      other.action === policy.action &&
      other.provider === policy.provider &&
      own.every((one) => workloads.includes(one));
    for (const candidate of other.rules.http) {
      if (candidate === rule) seen = true;
      // Of two rules that cover each other the first one stays.
      else if (
        wider &&
        covers(candidate, rule) &&
        !(seen && covers(rule, candidate) && workloads.length === own.length)
      )
        return candidate;
    }
  }
  return undefined;
}

function withoutMtls(
  rule: CompiledRule,
  workloads: readonly Workload[],
  decisions: readonly Decision[],
): readonly RuleUse[] {
  const asks = [...rule.from.flat(), ...rule.when].filter(({ field }) => IDENTITY_FIELDS.has(field));
  if (asks.length === 0) return [];
  const fitsWithoutIdentity = asks.every(({ negated }) => negated);
  const found = new Map<string, RuleUse>();
  for (const { connection, request } of decisions) {
    const { workload, podPort } = request.destination;
    const mode = connection?.serverMode?.mode;
    if (!workloads.includes(workload) || mode === undefined || mode === 'STRICT') continue;
    // A rule for other ports says nothing about this one.
    if (rule.test({ ...request.facts, identity: undefined }) === NO) continue;
    found.set(`${workload.ref}:${podPort}`, {
      kind: 'identity-without-mtls',
      rule,
      workload,
      podPort,
      mode,
      fitsWithoutIdentity,
    });
  }
  return [...found.values()];
}
