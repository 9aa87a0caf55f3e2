import { cached } from '../../base/cached';
import { compareRefs } from '../../base/compare-texts';
import { trimmed } from '../../base/trimmed';
import type { Cluster } from '../../model/cluster/cluster';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import type { Target } from '../../upstream/releases/target';
import { type CompiledPolicy, compilePolicy } from './compiled-policy';
import { PolicySet } from './policy-set';

/** The AuthorizationPolicies of a cluster, compiled once, and which of them apply to each workload. */
export class WorkloadPolicies {
  /** Every AuthorizationPolicy, sorted by namespace and name. */
  public readonly all: readonly CompiledPolicy[];

  private readonly compiled: ReadonlyMap<Manifest, CompiledPolicy>;
  private readonly numbers: ReadonlyMap<CompiledPolicy, number>;
  private readonly sets = new Map<Workload, PolicySet>();
  /** By the numbers of their policies: workloads with the same policies share one, and so what it has decided. */
  private readonly shared = new Map<string, PolicySet>();

  public constructor(
    private readonly cluster: Cluster,
    manifests: ManifestSet,
    private readonly target: Target,
  ) {
    const { trustDomain, trustDomainAliases } = cluster.meshSettings;
    const context = { trustDomains: [trustDomain, ...trustDomainAliases], target };
    this.all = manifests
      .ofKind('AuthorizationPolicy', ISTIO_SECURITY)
      .flatMap((manifest) => compilePolicy(manifest, context) ?? [])
      .sort(compareRefs);
    this.compiled = new Map(this.all.map((policy) => [policy.manifest, policy]));
    this.numbers = new Map(this.all.map((policy, index) => [policy, index]));
  }

  /** The policies that select a workload, sorted by namespace and name. */
  public of(workload: Workload): readonly CompiledPolicy[] {
    const policies: CompiledPolicy[] = [];
    for (const manifest of this.cluster.authorizationPolicies.policiesOf(workload)) {
      const policy = this.compiled.get(manifest);
      if (policy) policies.push(policy);
    }
    return trimmed(policies);
  }

  /** What the policies of a workload decide together. */
  public setOf(workload: Workload): PolicySet {
    return cached(this.sets, workload, () => {
      const policies = this.of(workload);
      const key = policies.map((policy) => this.numbers.get(policy)).join();
      return cached(this.shared, key, () => this.toSet(policies));
    });
  }

  /**
   * Lets go of what the policies that are for a workload alone were compiled to, and of what they have decided. It is made anew when it
   * is asked for.
   */
  public forget(workload: Workload): void {
    const policies = this.of(workload);
    const { authorizationPolicies } = this.cluster;
    const own = policies.filter(({ manifest }) => authorizationPolicies.podsOf(manifest).length === 1);
    for (const { rules } of own) rules.forget();
    if (own.length > 0) this.sets.get(workload)?.forget();
  }

  private toSet(policies: readonly CompiledPolicy[]): PolicySet {
    const { extensionProviders: known, severalAuthorizers } = this.cluster.meshSettings;
    const mayBeSeveral = severalAuthorizers && this.target.canHaveSeveralAuthorizers;
    const deniesDryRun = this.target.has('deniesDryRunOfCustom');
    return new PolicySet(policies, { known, mayBeSeveral, deniesDryRun });
  }
}
