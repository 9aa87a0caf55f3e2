import { cached } from '../../base/cached';
import type { Workload } from '../../model/cluster/workload';
import type { ServerMtlsMode } from '../../model/policy/peer-authentication';
import { isIdentityField } from '../../upstream/istio/policy-fields';
import type { MeshModel } from '../access/mesh-model';
import type { WorkloadProxy } from '../access/workload-proxy';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { CompiledRule } from '../policy/compiled-rule';
import type { EvaluatedPolicy, EvaluatedRule } from '../policy/evaluated-policy';
import { mayCover } from '../policy/rule-outline';
import { NO } from '../policy/truth';
import { CallerIndex } from './caller-index';
import { factsAt, type GuardedPort, GuardedPorts } from './guarded-port';
import { Rivals } from './rivals';
import { coveringRule, isWider } from './rule-coverage';

/** A rule or policy that has no effect, or not the effect that it seems to have. */
export type RuleUse =
  /** The policy selects no workload in the manifests. */
  | { readonly kind: 'policy-without-workload'; readonly policy: EvaluatedPolicy }
  /** The rule matches no caller that can connect, on any port of the workloads that it applies to. */
  | { readonly kind: 'rule-never-matches'; readonly rule: EvaluatedRule }
  /** Another rule with the same action, which applies to at least the same workloads, matches everything that this rule matches. */
  | { readonly kind: 'rule-covered'; readonly rule: EvaluatedRule; readonly by: EvaluatedRule }
  /** A DENY rule, which applies to at least the same workloads, matches everything that this ALLOW rule matches. */
  | { readonly kind: 'rule-denied'; readonly rule: EvaluatedRule; readonly by: EvaluatedRule }
  /**
   * The rule requires an identity on a port that also accepts connections without one. If several workloads have such a
   * port, the first is named for each outcome.
   */
  | {
      readonly kind: 'identity-without-mtls';
      readonly rule: EvaluatedRule;
      readonly workload: Workload;
      readonly podPort: number;
      readonly mode: Exclude<ServerMtlsMode, 'STRICT'>;
      /** What happens to callers without an identity. */
      readonly outcome: WithoutIdentity;
    };

/**
 * What a rule about identities does with callers that have none: it matches them too, as "not" fields do; a DENY rule
 * does not match them, and no other rule denies them; or they are treated like any caller that no policy names.
 */
export type WithoutIdentity = 'matched' | 'not-stopped' | 'as-strangers';

/** Options of {@link ruleUses}. */
export interface RuleUseOptions {
  /**
   * Whether the manifests are complete. If not, missing callers and workloads may exist elsewhere, so policies and rules
   * that seem unused are not reported; PeerAuthentications may exist elsewhere too, so without any of them nothing is
   * reported about mTLS.
   *
   * @default true
   */
  readonly complete?: boolean;
}

/**
 * Finds how the callers and ports of a mesh use its AuthorizationPolicies. Dry-run policies are left out.
 *
 * Its time is proportional to the number of policies and of workloads that they select.
 */
export function ruleUses(model: MeshModel, { complete = true }: RuleUseOptions = {}): readonly RuleUse[] {
  const finder = new RuleUseFinder(model, complete ? new CallerIndex(model) : undefined);
  const uses = model.compiledPolicies
    .filter(({ dryRun }) => !dryRun)
    .flatMap((policy): readonly RuleUse[] => {
      const [first] = model.cluster.authorizationPolicies.podsOf(policy.manifest);
      if (first) return finder.usesOf(policy, first);
      return complete ? [{ kind: 'policy-without-workload', policy }] : [];
    });
  // Rules were only compared with one another here; those who ask about requests ask about few of them.
  for (const { rules } of model.compiledPolicies) rules.forget();
  return uses;
}

/** So many policies are looked at one by one in less time than it takes to sort them by what they ask for. */
const FEW = 8;

class RuleUseFinder {
  private readonly ports: GuardedPorts;
  private readonly rivals = new Map<readonly CompiledPolicy[], Rivals>();

  public constructor(
    private readonly model: MeshModel,
    /** The callers there are; undefined if there may be others. */
    private readonly callers: CallerIndex | undefined,
  ) {
    this.ports = new GuardedPorts(model);
  }

  public usesOf(policy: CompiledPolicy, oneWorkload: Workload): readonly RuleUse[] {
    const { model, callers } = this;
    const { rootNamespace } = model.settings;
    const scope = model.cluster.authorizationPolicies.podsOf(policy.manifest);
    const attached = this.rivalsOf(policy, oneWorkload);
    const mayBeOpen = this.mayBeOpen(scope);
    // Of most policies the rules have nothing in common, and the workloads are STRICT: they need not even be compiled.
    if (callers === undefined && !mayBeOpen && !mayBeCovered(policy, attached, rootNamespace)) return [];

    const wider = attached.filter((other) => isWider(other, policy, policy.action, rootNamespace));
    const denying =
      policy.action === 'ALLOW' ? attached.filter((other) => isWider(other, policy, 'DENY', rootNamespace)) : [];
    const open = mayBeOpen
      ? scope.flatMap((workload) => this.ports.of(workload).filter(({ openBy }) => openBy !== undefined))
      : [];
    return policy.rules.http.flatMap((rule): readonly RuleUse[] => {
      if (callers !== undefined && !this.isUsed(policy, rule.index, scope, callers)) {
        return [{ kind: 'rule-never-matches', rule }];
      }
      const by = coveringRule(rule, policy, wider, rootNamespace);
      const deniedBy = coveringRule(rule, policy, denying, rootNamespace);
      return [
        ...(by ? [{ kind: 'rule-covered' as const, rule, by }] : []),
        ...(deniedBy ? [{ kind: 'rule-denied' as const, rule, by: deniedBy }] : []),
        ...withoutMtls(model, rule, open),
      ];
    });
  }

  /** The policies of a workload whose rules may cover those of one of them: all of them where they are few. */
  private rivalsOf(policy: CompiledPolicy, workload: Workload): readonly CompiledPolicy[] {
    const { policies } = this.model.policySetOf(workload);
    if (policies.length <= FEW) return policies;
    return cached(this.rivals, policies, () => new Rivals(policies)).of(policy);
  }

  private mayBeOpen(scope: readonly Workload[]): boolean {
    const { peerAuthentications } = this.model.cluster;
    const isKnown = this.callers !== undefined || peerAuthentications.all.length > 0;
    return isKnown && !scope.every((pod) => peerAuthentications.isStrict(pod));
  }

  /** Whether somebody who can connect is one the rule is about; also if nobody knows a port to connect to. */
  private isUsed(policy: CompiledPolicy, index: number, scope: readonly Workload[], callers: CallerIndex): boolean {
    let hasPort = false;
    for (const workload of scope) {
      if (isNotEvaluated(this.model.proxyOf(workload))) return true;
      for (const port of this.ports.of(workload)) {
        if (isMatched(this.model, callers, policy, index, port)) return true;
        hasPort = true;
      }
    }
    return !hasPort;
  }
}

/** Whether some rule of these policies may match whatever a rule of the policy does, to the same end or to refuse it. */
function mayBeCovered(policy: CompiledPolicy, attached: readonly CompiledPolicy[], rootNamespace: string): boolean {
  for (const other of attached) {
    if (other === policy && policy.ruleCount === 1) continue;
    const isRival = other.action === policy.action || (policy.action === 'ALLOW' && other.action === 'DENY');
    if (isRival && isWider(other, policy, other.action, rootNamespace) && mayCoverOne(other, policy)) return true;
  }
  return false;
}

function mayCoverOne({ rules: { outlines } }: CompiledPolicy, { rules: { outlines: own } }: CompiledPolicy): boolean {
  for (const wide of outlines) for (const narrow of own) if (wide !== narrow && mayCover(wide, narrow)) return true;
  return false;
}

function isMatched(
  model: MeshModel,
  callers: CallerIndex,
  policy: CompiledPolicy,
  index: number,
  port: GuardedPort,
): boolean {
  const rule = policy.rules[port.chain][index];
  // Whoever it is about, a rule for other ports matches nobody here.
  if (rule === undefined || rule.test(factsAt(port, undefined)) === NO) return false;
  // What ztunnel or a gRPC library enforces is not evaluated.
  const { kind } = port.destination.proxy;
  if (kind === 'ambient' || kind === 'not-envoy') return true;
  for (const caller of callers.about(rule)) {
    if (caller.kind === 'workload' && isNotEvaluated(caller.proxy)) return true;
    const { failure, enforced, callerIdentity } = model.connect(caller, port.destination);
    if (failure === undefined && enforced && rule.test(factsAt(port, callerIdentity)) !== NO) return true;
  }
  return false;
}

/** Whether something enforces policies or presents identities there that the evaluator knows nothing of: ztunnel, gRPC. */
function isNotEvaluated({ kind }: WorkloadProxy): boolean {
  return kind === 'ambient' || kind === 'not-envoy';
}

function withoutMtls(model: MeshModel, rule: CompiledRule, open: readonly GuardedPort[]): readonly RuleUse[] {
  const asks = open.length > 0 && [...rule.from.flat(), ...rule.when].some(({ field }) => isIdentityField(field));
  if (!asks) return [];
  const matching = new MatchingPorts(rule);
  const found = new Map<string, RuleUse>();
  for (const port of open) {
    // A rule for other ports says nothing about this one.
    if (!matching.includes(port, undefined) || port.openBy === undefined) continue;
    const outcome = matching.includes(port, null) ? 'matched' : outcomeForStrangers(model, rule, port);
    const { workload, podPort } = port.destination;
    const key = `${podPort} ${outcome}`;
    if (found.has(key)) continue;
    found.set(key, { kind: 'identity-without-mtls', rule, workload, podPort, mode: port.openBy, outcome });
  }
  return [...found.values()];
}

/** Where a rule matches, or may: the same for all ports alike, of which a policy for a whole namespace has thousands. */
class MatchingPorts {
  private readonly known = new Map<string, boolean>();

  public constructor(private readonly rule: CompiledRule) {}

  public includes(port: GuardedPort, identity: null | undefined): boolean {
    const key = `${port.destination.podPort} ${port.claims} ${identity}`;
    let matches = this.known.get(key);
    if (matches === undefined) {
      matches = this.rule.test(factsAt(port, identity)) !== NO;
      this.known.set(key, matches);
    }
    return matches;
  }
}

function outcomeForStrangers(model: MeshModel, rule: CompiledRule, port: GuardedPort): WithoutIdentity {
  if (rule.action !== 'DENY') return 'as-strangers';
  const { verdict } = model.policySetOf(port.destination.workload).decide(port.chain, factsAt(port, null));
  return verdict === 'denied' ? 'as-strangers' : 'not-stopped';
}
