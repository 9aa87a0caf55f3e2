import { cached } from '../../base/cached';
import type { Workload } from '../../model/cluster/workload';
import { policyField } from '../../upstream/istio/policy-fields';
import { identityUri, istioPath } from '../../upstream/spiffe/identity-uri';
import type { MeshModel } from '../access/mesh-model';
import { bareFacts } from '../policy/bare-facts';
import type { CompiledRule } from '../policy/compiled-rule';
import type { FilterChain } from '../policy/evaluated-policy';
import type { PolicySet } from '../policy/policy-set';
import { NO } from '../policy/truth';

/** Which calls put workloads into one group: every call that policies allow, or only calls of callers that they name. */
export type CountedCalls = 'possible' | 'named';

/** An identity that a caller has or may have; undefined if the manifests do not state it. */
type Identity = string | undefined;

const CHAINS: readonly FilterChain[] = ['http', 'tcp'];

/** Identities that a workload has now, and will have when another authority of the same mesh issues its certificate. */
export function identitiesOf(model: MeshModel, workload: Workload): readonly Identity[] {
  const proxy = model.proxyOf(workload);
  const { namespace, serviceAccount } = workload;
  const inMesh = identityUri(model.settings.trustDomain, istioPath(namespace, serviceAccount));
  return [...new Set(['identity' in proxy ? proxy.identity : inMesh, inMesh])];
}

/** Whether the policies of a workload allow a caller anything on any port. */
export function mayCall(set: PolicySet, identities: readonly Identity[], counted: CountedCalls): boolean {
  return CHAINS.some((chain) =>
    portsOf(set, chain).some((port) =>
      identities.some((identity) => {
        const facts = bareFacts(identity, port);
        if (set.decide(chain, facts).verdict === 'denied') return false;
        if (counted === 'possible' || !set.deniesByDefault) return true;
        return allowRules(set, chain).some((rule) => rule.from.length > 0 && rule.test(facts) !== NO);
      }),
    ),
  );
}

/** Whether a rule allows callers without naming any. */
export function opensToEverybody(set: PolicySet): boolean {
  return CHAINS.some((chain) =>
    allowRules(set, chain).some(({ from, dropped }) => from.length === 0 && dropped === undefined),
  );
}

function allowRules(set: PolicySet, chain: FilterChain): readonly CompiledRule[] {
  return set.rules(chain).filter(({ action, dryRun }) => action === 'ALLOW' && !dryRun);
}

const ports = new WeakMap<PolicySet, Map<FilterChain, readonly number[]>>();

/** Ports that the rules name, and one more: to policies all others are like it. */
function portsOf(set: PolicySet, chain: FilterChain): readonly number[] {
  const ofSet = cached(ports, set, () => new Map<FilterChain, readonly number[]>());
  return cached(ofSet, chain, () => {
    const conditions = set.rules(chain).flatMap((rule) => [...rule.to.flat(), ...rule.when]);
    const named = new Set(
      conditions.filter(({ field }) => policyField(field) === 'ports').flatMap(({ values }) => values.map(Number)),
    );
    let other = 1;
    while (named.has(other)) other++;
    return [...named, other];
  });
}
