import { isIdentityField, type ServerMtlsMode, type Workload } from '../cluster';
import { listAt } from '../manifests';
import { CallerIndex } from './caller-index';
import type { CompiledPolicy } from './compiled-policy';
import type { CompiledRule, FilterChain } from './compiled-rule';
import type { Destination } from './connector';
import { factsOf } from './decide';
import type { CallablePort } from './destinations';
import type { Facts } from './facts';
import type { MeshModel } from './mesh-model';
import { verifyToken } from './request-authentication';
import { coveringRule, widerPolicies } from './rule-coverage';
import { mayCover, outlineOf, type RuleOutline } from './rule-outline';
import { NO } from './truth';

/** Something a rule or policy does not do, or does not do as it seems to. */
export type RuleUse =
  /** No workload among the manifests is one the policy is for. */
  | { readonly kind: 'policy-without-workload'; readonly policy: CompiledPolicy }
  /** No caller that can connect is one the rule is about, on any port of the workloads it is for. */
  | { readonly kind: 'rule-never-matches'; readonly rule: CompiledRule }
  /** Another rule of the same action, for the same workloads and more, matches whatever this one does. */
  | { readonly kind: 'rule-covered'; readonly rule: CompiledRule; readonly by: CompiledRule }
  /** A DENY rule, for the same workloads and more, matches whatever this ALLOW rule does. */
  | { readonly kind: 'rule-denied'; readonly rule: CompiledRule; readonly by: CompiledRule }
  /** The rule asks for an identity on a port that also takes connections without one. */
  | {
      readonly kind: 'identity-without-mtls';
      readonly rule: CompiledRule;
      readonly workload: Workload;
      readonly podPort: number;
      readonly mode: Exclude<ServerMtlsMode, 'STRICT'>;
      /** What becomes of callers without an identity. */
      readonly outcome: WithoutIdentity;
    };

/**
 * What a rule about identities does to callers without one: it matches them too, as not-fields do; a DENY rule lets them
 * pass, and no other rule stops them; or they are treated as any stranger is.
 */
export type WithoutIdentity = 'matched' | 'not-stopped' | 'as-strangers';

/** How to look at the use of rules. */
export interface RuleUseOptions {
  /**
   * Whether the manifests are everything there is. If not, callers and workloads that are missing among them may be
   * elsewhere, so that nothing is said of policies and rules that nobody seems to need; and so may PeerAuthentications, so
   * that without any of them nothing is said of mTLS.
   *
   * @default true
   */
  readonly complete?: boolean;
}

/**
 * Looks at how a mesh's AuthorizationPolicies are used by the callers and ports there are. Dry-run policies are left out.
 *
 * Takes time in proportion to the policies and the workloads they are for.
 */
export function ruleUses(model: MeshModel, { complete = true }: RuleUseOptions = {}): readonly RuleUse[] {
  const callers = complete ? new CallerIndex(model) : undefined;
  return model.policies
    .filter(({ dryRun }) => !dryRun)
    .flatMap((policy): readonly RuleUse[] => {
      const [first] = model.scopeOf(policy);
      if (first) return usesOf(model, policy, first, callers);
      return complete ? [{ kind: 'policy-without-workload', policy }] : [];
    });
}

function usesOf(
  model: MeshModel,
  policy: CompiledPolicy,
  oneWorkload: Workload,
  callers: CallerIndex | undefined,
): readonly RuleUse[] {
  const { rootNamespace } = model.settings;
  const scope = model.scopeOf(policy);
  const attached = model.policiesOf(oneWorkload);
  const wider = widerPolicies(policy, attached, policy.action, rootNamespace);
  const denying = policy.action === 'ALLOW' ? widerPolicies(policy, attached, 'DENY', rootNamespace) : [];
  const mayBeCovered = mayCoverOne([...wider, ...denying], policy);
  const { peerAuthentications } = model;
  const knowsMtls = callers !== undefined || peerAuthentications.all.length > 0;
  const mayBeOpen = knowsMtls && !scope.every((pod) => peerAuthentications.isStrict(pod));
  // Of most policies the rules have nothing in common, and the workloads are STRICT: they need not even be compiled.
  if (callers === undefined && !mayBeCovered && !mayBeOpen) return [];

  const isAboutPorts = callers !== undefined || mayBeOpen;
  const places = isAboutPorts ? scope.flatMap((workload) => model.portsOf(workload).flatMap(placesOf)) : [];
  const open = places.filter((place) => isOpen(model, place));
  return policy.rules.http.flatMap((rule): readonly RuleUse[] => {
    if (callers !== undefined && places.length > 0) {
      const isUsed = places.some((place) => isMatched(model, callers, policy, rule.index, place));
      if (!isUsed) return [{ kind: 'rule-never-matches', rule }];
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

/** Whether some rule of these policies may cover another one of the last. */
function mayCoverOne(policies: readonly CompiledPolicy[], policy: CompiledPolicy): boolean {
  let own: readonly RuleOutline[] | undefined;
  for (const other of policies) {
    if (other === policy && policy.ruleCount === 1) continue;
    own ??= outlinesOf(policy);
    const outlines = other === policy ? own : outlinesOf(other);
    for (const wide of outlines) for (const narrow of own) if (wide !== narrow && mayCover(wide, narrow)) return true;
  }
  return false;
}

function outlinesOf({ manifest }: CompiledPolicy): readonly RuleOutline[] {
  return listAt(manifest.body, 'spec', 'rules').map(outlineOf);
}

/** A port of a workload, and a filter chain it may get. */
interface Place {
  readonly destination: Destination;
  readonly chain: FilterChain;
}

function placesOf({ protocol, destinations }: CallablePort): readonly Place[] {
  const chains: readonly FilterChain[] =
    protocol === 'http' ? ['http'] : protocol === 'tcp' ? ['tcp'] : ['http', 'tcp'];
  return destinations.flatMap((destination) => chains.map((chain) => ({ destination, chain })));
}

/** What the proxy knows of a request of which nothing but the caller is stated. */
function factsAt(model: MeshModel, { destination, chain }: Place, identity: Facts['identity']): Facts {
  const token = chain === 'http' ? verifyToken(model.tokenPoliciesOf(destination.workload), undefined) : undefined;
  return factsOf(model, {}, destination, identity, token?.accepted ? token.claims : null);
}

function isMatched(
  model: MeshModel,
  callers: CallerIndex,
  policy: CompiledPolicy,
  index: number,
  place: Place,
): boolean {
  const rule = policy.rules[place.chain][index];
  // Whoever it is about, a rule for other ports matches nobody here.
  if (rule === undefined || rule.test(factsAt(model, place, undefined)) === NO) return false;
  for (const caller of callers.about(rule)) {
    const { failure, enforced, callerIdentity } = model.connect(caller, place.destination);
    if (failure === undefined && enforced && rule.test(factsAt(model, place, callerIdentity)) !== NO) return true;
  }
  return false;
}

/** Whether a place also takes connections without an identity. */
function isOpen(model: MeshModel, { destination }: Place): boolean {
  return destination.proxy.kind === 'sidecar' && modeOf(model, destination) !== 'STRICT';
}

function modeOf({ peerAuthentications }: MeshModel, { workload, podPort }: Destination): ServerMtlsMode {
  return peerAuthentications.modeOf(workload, podPort).mode;
}

function withoutMtls(model: MeshModel, rule: CompiledRule, open: readonly Place[]): readonly RuleUse[] {
  const asks = open.length > 0 && [...rule.from.flat(), ...rule.when].some(({ field }) => isIdentityField(field));
  if (!asks) return [];
  const found = new Map<string, RuleUse>();
  for (const place of open) {
    const { workload, podPort } = place.destination;
    // A rule for other ports says nothing about this one.
    if (rule.test(factsAt(model, place, undefined)) === NO) continue;
    const mode = modeOf(model, place.destination) === 'DISABLE' ? 'DISABLE' : 'PERMISSIVE';
    const outcome = outcomeWithoutIdentity(model, rule, place);
    found.set(`${workload.ref}:${podPort}`, { kind: 'identity-without-mtls', rule, workload, podPort, mode, outcome });
  }
  return [...found.values()];
}

function outcomeWithoutIdentity(model: MeshModel, rule: CompiledRule, place: Place): WithoutIdentity {
  const facts = factsAt(model, place, null);
  if (rule.test(facts) !== NO) return 'matched';
  const { verdict } = model.policySetOf(place.destination.workload).decide(place.chain, facts);
  return rule.action === 'DENY' && verdict !== 'denied' ? 'not-stopped' : 'as-strangers';
}
