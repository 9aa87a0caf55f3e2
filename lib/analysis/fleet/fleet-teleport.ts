import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import { isVariable } from '../../base/is-variable';
import { Cluster } from '../../model/cluster/cluster';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { findSharedIdentities, placeOf, type SharedIdentity } from '../../model/teleport/shared-identities';
import {
  findTeleportResources,
  type TeleportResource,
  type TeleportResources,
} from '../../model/teleport/teleport-resources';
import type { NamedManifests } from './fleet-identities';

/** What a resource is, under tctl's and the operator's kinds. */
export type TeleportKind = keyof TeleportResources;

/** A cluster with the Teleport resources among its manifests. */
export interface ClusterTeleport {
  /** Name of the cluster. */
  readonly name: string;
  readonly resources: TeleportResources;
  /** Trust domains that its installation states; empty if none does. */
  readonly trustDomains: readonly string[];
}

/** A resource of another cluster, and whether that cluster surely has the same Teleport. */
interface OtherResource {
  readonly cluster: string;
  readonly resource: TeleportResource;
  readonly isSure: boolean;
}

/** The Teleport resources of several clusters: Teleport has one of a kind and name, whichever clusters it was written for. */
export class FleetTeleport {
  private readonly shared = new Map<string, ReadonlyMap<string, SharedIdentity>>();
  private members: ReadonlyMap<ManifestSet, ClusterTeleport> | undefined;
  private index: ReadonlyMap<string, readonly (readonly [ClusterTeleport, TeleportResource])[]> | undefined;

  public constructor(private readonly clusters: readonly NamedManifests[]) {}

  /** The identities that bots of two clusters are issued, among the clusters that state the same trust domains as one. */
  public sharedIdentities(manifests: ManifestSet): ReadonlyMap<string, SharedIdentity> {
    const key = this.clusterOf(manifests).trustDomains.join('\n');
    return cached(this.shared, key, () => {
      const alike = [...this.all.values()].filter(({ trustDomains }) => trustDomains.join('\n') === key);
      return findSharedIdentities(together(alike.map(({ resources }) => resources)));
    });
  }

  /** A resource of that kind and name of an earlier cluster that may have the same Teleport. */
  public earlier(
    kind: TeleportKind,
    { name, manifest }: TeleportResource,
    manifests: ManifestSet,
  ): OtherResource | undefined {
    const own = this.clusterOf(manifests);
    for (const [cluster, resource] of this.byName.get(`${kind}\n${name}`) ?? []) {
      if (cluster === own) return undefined;
      const isSame = sameTeleport(own, cluster);
      // What is in no cluster's directory is read with each of them.
      if (isSame === false || resource.manifest.file === manifest.file) continue;
      return { cluster: cluster.name, resource, isSure: isSame === true };
    }
    return undefined;
  }

  private clusterOf(manifests: ManifestSet): ClusterTeleport {
    const own = this.all.get(manifests);
    if (own === undefined) throw new Error('the manifests do not belong to a cluster of the fleet');
    return own;
  }

  private get all(): ReadonlyMap<ManifestSet, ClusterTeleport> {
    this.members ??= new Map(
      this.clusters.map(({ name, manifests }) => [
        manifests,
        { name, resources: findTeleportResources(manifests), trustDomains: statedTrustDomains(manifests) },
      ]),
    );
    return this.members;
  }

  private get byName(): ReadonlyMap<string, readonly (readonly [ClusterTeleport, TeleportResource])[]> {
    if (this.index !== undefined) return this.index;
    const index = new Map<string, (readonly [ClusterTeleport, TeleportResource])[]>();
    for (const cluster of this.all.values()) {
      for (const [kind, resources] of Object.entries(cluster.resources)) {
        for (const resource of resources as readonly TeleportResource[]) {
          addTo(index, `${kind}\n${resource.name}`, [cluster, resource]);
        }
      }
    }
    this.index = index;
    return index;
  }
}

/** The resources of several clusters as Teleport has them; a file that was read with several of them counts once. */
function together(all: readonly TeleportResources[]): TeleportResources {
  const of = (kind: TeleportKind) => {
    const seen = new Set<string>();
    return all.flatMap((resources) =>
      resources[kind].filter(({ manifest }) => {
        const place = placeOf(manifest);
        return !seen.has(place) && seen.add(place);
      }),
    );
  };
  return {
    identities: of('identities'),
    roles: of('roles'),
    bots: of('bots'),
    tokens: of('tokens'),
    issuerOverrides: of('issuerOverrides'),
  };
}

/** Whether two clusters have one Teleport, which its trust domain names; undefined if one of them does not say. */
function sameTeleport(one: ClusterTeleport, other: ClusterTeleport): boolean | undefined {
  if (one.trustDomains.length === 0 || other.trustDomains.length === 0) return undefined;
  return one.trustDomains.some((name) => other.trustDomains.includes(name));
}

function statedTrustDomains(manifests: ManifestSet): readonly string[] {
  const names = Cluster.of(manifests).installations.flatMap(({ trustDomains }) => trustDomains);
  return names.some(isVariable) ? [] : names;
}
