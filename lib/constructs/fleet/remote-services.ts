import { Chart } from 'cdk8s';
import type { RegionFailover } from '../../upstream/istio/multi-cluster';
import type { MeshApp } from '../app/mesh-app';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameLabel } from '../kubernetes/object-labels';
import type { TeleportMesh } from '../mesh/teleport-mesh';
import type { Port } from '../service/port';
import { toServicePorts } from '../service/service-objects';
import { addOwnClusterFirst } from './own-cluster-first';

/** A service whose pods are in other clusters. */
export interface RemoteService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly Port[];
  /** Whether several clusters have its pods, so that clients leave out those that do not answer, and those of which region they try first. */
  readonly order: { readonly failover: RegionFailover | undefined } | undefined;
}

/**
 * Services of other clusters, as Services of this one: without them a client's lookup of the name finds nothing, and no
 * request gets as far as its sidecar. They select no pods, so that nothing in this cluster can take their place.
 */
export class RemoteServices {
  private chart: Chart | undefined;

  public constructor(
    private readonly app: MeshApp,
    private readonly mesh: TeleportMesh,
  ) {}

  /** Writes the Service, and its namespace if the cluster does not have it; existing objects do not change. */
  public add({ namespace, name, ports, order }: RemoteService): void {
    this.chart ??= new Chart(this.app, 'remote-services');
    const id = `${namespace}.${name}`;
    if (this.chart.node.tryFindChild(id) !== undefined) return;
    this.mesh.ensureNamespaceOfOthers(namespace);
    addObject(this.chart, id, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, labels: { app: name, ...nameLabel(name) } },
      spec: { ports: toServicePorts(ports) },
    });
    if (order !== undefined) addOwnClusterFirst(this.chart, `${id}-failover`, { namespace, name }, order.failover);
  }
}
