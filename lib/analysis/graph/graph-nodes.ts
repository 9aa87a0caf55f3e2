import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { podOfIdentity } from '../../upstream/spiffe/identity-uri';
import { describeCallerSet } from '../access/caller-set';
import type { Caller } from '../access/connector';
import type { MeshModel } from '../access/mesh-model';
import { OUTSIDE } from '../access/request';

/** What a node of the graph represents. */
export type NodeKind =
  | 'service'
  | 'workload'
  | 'gateway'
  /** One identity that no workload in the manifests has. */
  | 'identity'
  /** Every identity of one kind. */
  | 'identities'
  /** All workloads of a namespace. */
  | 'everyone-of'
  /** All workloads that have a proxy. */
  | 'mesh'
  /** A namespace as one node, where a graph is too large to draw each workload. */
  | 'namespace'
  | 'outside';

/** Identifies a node and names it. */
export interface NodeDescription {
  /** Unique in the graph, without further meaning. */
  readonly id: string;
  /** What it represents. */
  readonly kind: NodeKind;
  /** Empty for nodes without a namespace. */
  readonly namespace: string;
  /** Text in the node. */
  readonly label: string;
}

/** Creates the nodes of a graph. A workload appears once, under the Service that selects it. */
export class GraphNodes {
  private readonly made = new Map<string, NodeDescription>();
  private readonly serviceOf = new Map<Workload, Service>();
  private readonly installed = new Map<string, Workload>();

  public constructor(model: MeshModel) {
    for (const service of model.services) {
      for (const workload of service.workloads) {
        // The Service of the workload's own name, or else the first.
        if (service.ref === workload.ref || !this.serviceOf.has(workload)) this.serviceOf.set(workload, service);
      }
    }
    for (const { workload } of model.installedGateways) {
      const proxy = model.proxyOf(workload);
      if ('identity' in proxy && proxy.identity !== undefined) this.installed.set(proxy.identity, workload);
    }
  }

  /** Every node that was asked for, in that order. */
  public get all(): readonly NodeDescription[] {
    return [...this.made.values()];
  }

  /** The node of a Service or workload. */
  public of(thing: Service | Workload): string {
    const shown = 'workloads' in thing ? thing : (this.serviceOf.get(thing) ?? thing);
    const { ref, namespace, name } = shown;
    return this.put({ id: ref, kind: 'workloads' in shown ? 'service' : 'workload', namespace, label: name });
  }

  /** The node of a Service that is only referred to and may not be in the manifests. */
  public named(namespace: string, name: string): string {
    return this.put({ id: `${namespace}/${name}`, kind: 'service', namespace, label: name });
  }

  /** The node of a caller of the matrix. */
  public ofCaller(caller: Caller): string {
    if (caller.kind === 'workload') return this.of(caller.workload);
    if (caller.kind === 'outside') return this.put({ id: OUTSIDE, kind: 'outside', namespace: '', label: OUTSIDE });
    const { identity, standsFor } = caller;
    if (standsFor === undefined) return this.ofIdentity(identity);
    const text = describeCallerSet(standsFor);
    const inside = standsFor.kind === 'workload-identities' && standsFor.trustDomain === 'own' && standsFor.namespace;
    const isNamespace = inside !== undefined && inside !== false && inside !== '' && !inside.includes('*');
    return this.put({ id: text, kind: 'identities', namespace: isNamespace ? inside : '', label: text });
  }

  /** All workloads of a namespace. */
  public everyoneOf(namespace: string): string {
    return this.put({ id: `*${namespace}`, kind: 'everyone-of', namespace, label: `all of ${namespace}` });
  }

  /** All workloads of the mesh. */
  public get mesh(): string {
    return this.put({ id: 'mesh', kind: 'mesh', namespace: '', label: 'all workloads in the mesh' });
  }

  /** A gateway whose pods are not in the manifests; a Service may have the same name. */
  public gateway(namespace: string, name: string): string {
    return this.put({ id: `gateway/${namespace}/${name}`, kind: 'gateway', namespace, label: `Gateway ${name}` });
  }

  /** A gateway that an installer creates: one node for its pods, its Gateways and its identity. */
  public installedGateway({ ref, namespace, name }: Workload): string {
    return this.put({ id: ref, kind: 'gateway', namespace, label: name });
  }

  private ofIdentity(identity: string): string {
    const gateway = this.installed.get(identity);
    if (gateway) return this.installedGateway(gateway);
    const { namespace = '', account = identity } = podOfIdentity(identity) ?? {};
    return this.put({ id: identity, kind: 'identity', namespace, label: account });
  }

  private put(node: NodeDescription): string {
    if (!this.made.has(node.id)) this.made.set(node.id, node);
    return node.id;
  }
}
