import type { JsonObject } from '../../base/json';
import { isClusterLocal, serviceSettingsIn } from '../../upstream/istio/multi-cluster';
import { type ServiceName, serviceHost } from '../../upstream/istio/service-host';
import { MeshApp } from '../app/mesh-app';
import { TeleportMesh } from '../mesh/teleport-mesh';
import type { TeleportMeshProps } from '../mesh/teleport-mesh-props';
import type { KubernetesJoin } from '../teleport/kubernetes-join';
import { RemoteServices } from './remote-services';

/** Properties of a {@link FleetCluster}. */
export interface FleetClusterParts extends TeleportMeshProps {
  readonly clusterName: string;
  readonly outdir: string;
  readonly check: boolean;
  readonly source: string | undefined;
  readonly meshId: string;
  readonly network: string | undefined;
  readonly region: string | undefined;
  readonly join: KubernetesJoin;
}

/** One cluster of a fleet: an app with a mesh, and the place for constructs that only this cluster has. */
export class FleetCluster {
  /** Name of the cluster, and of its directory. */
  public readonly name: string;
  /** Writes the cluster's directory; the scope of constructs that only this cluster has. */
  public readonly app: MeshApp;
  /** The cluster's platform. */
  public readonly mesh: TeleportMesh;
  /** Name of the mesh: services can call services in clusters of the same mesh. */
  public readonly meshId: string;
  /** Name of the network that its pods are in; undefined if the mesh has only this cluster. */
  public readonly network: string | undefined;
  /** Region of its nodes; undefined if it is not stated. */
  public readonly region: string | undefined;
  /** How Teleport verifies tbots that join from it. */
  public readonly join: KubernetesJoin;
  /**
   * Services of other clusters that are called from this one.
   *
   * @internal
   */
  public readonly remoteServices: RemoteServices;

  /** @internal use MeshFleet.addCluster */
  public constructor(private readonly parts: FleetClusterParts) {
    const { clusterName, outdir, check, source, meshId, network, region, ...props } = parts;
    this.name = clusterName;
    this.app = new MeshApp({ outdir, check, ...(source !== undefined && { source }) });
    this.meshId = meshId;
    this.network = network;
    this.region = region;
    this.join = props.join;
    // Its resources in Teleport have its name: what tbot of one cluster is issued, no other cluster's is.
    this.mesh = new TeleportMesh(this.app, 'mesh', { ...props, name: clusterName, ...teleportFirst(props) });
    this.remoteServices = new RemoteServices(this.app, this.mesh);
  }

  /**
   * The same cluster as it was when it was added, with nothing in it.
   *
   * @internal
   */
  public emptied(): FleetCluster {
    return new FleetCluster(this.parts);
  }

  /** The Teleport cluster's trust domain, which contains the identities of the cluster's pods. */
  public get trustDomain(): string {
    return this.mesh.cluster.trustDomain.toString();
  }

  /**
   * Whether its proxies get to no pods of a service in other clusters (`meshConfig.serviceSettings`).
   *
   * @internal
   */
  public keepsInCluster(service: ServiceName): boolean {
    const { meshConfig } = this.parts.istio ?? {};
    return isClusterLocal(serviceSettingsIn(meshConfig as JsonObject | undefined), serviceHost(service));
  }

  /** Name of the cluster. */
  public toString(): string {
    return this.name;
  }
}

/** What the operator keeps has a file of its own, which an engine applies before tbot. */
function teleportFirst({ teleportResources }: TeleportMeshProps): Partial<TeleportMeshProps> {
  return teleportResources?.kind === 'operator' ? { teleportResources: { ...teleportResources, ownFile: true } } : {};
}
