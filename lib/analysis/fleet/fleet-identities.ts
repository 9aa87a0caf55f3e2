import type { Workload } from '../../model/cluster/workload';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { Target } from '../../upstream/releases/target';
import { MeshModel } from '../access/mesh-model';
import { callersIn } from './callers-in';

/** The manifests of one cluster. */
export interface NamedManifests {
  /** Name of the cluster. */
  readonly name: string;
  readonly manifests: ManifestSet;
}

/** The identities that Teleport issues to the pods of several clusters, and which cluster had each first. */
export class FleetIdentities {
  private holders: ReadonlyMap<string, NamedManifests> | undefined;

  public constructor(
    private readonly clusters: readonly NamedManifests[],
    private readonly target?: Target,
  ) {}

  /** The first cluster, in their order, whose pods get an identity. */
  public firstWith(identity: string): NamedManifests | undefined {
    this.holders ??= this.findHolders();
    return this.holders.get(identity);
  }

  private findHolders(): ReadonlyMap<string, NamedManifests> {
    const holders = new Map<string, NamedManifests>();
    for (const cluster of this.clusters) {
      const model = MeshModel.from(cluster.manifests, this.target === undefined ? {} : { target: this.target });
      for (const { identity } of issuedIdentities(model)) {
        if (!holders.has(identity)) holders.set(identity, cluster);
      }
    }
    return holders;
  }
}

/**
 * The workloads that get an identity from the Workload API. What istiod signs is not among them: each cluster has a root of
 * its own then, unless somebody plugged one in.
 */
export function issuedIdentities(
  model: MeshModel,
): readonly { readonly workload: Workload; readonly identity: string }[] {
  // Of two trust domains that nobody says, nobody can say that they are one.
  if (model.settings.trustDomainUnknown !== undefined) return [];
  // Gateways are in every cluster, and whoever has the identity of one may act as those of the others.
  return callersIn(model).flatMap((workload) => {
    const proxy = model.proxyOf(workload);
    if (!('authority' in proxy) || proxy.authority !== 'workload-api' || proxy.identity === undefined) return [];
    return { workload, identity: proxy.identity };
  });
}
