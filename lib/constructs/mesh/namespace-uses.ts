import type { IstioWorkloadIdentity } from '../teleport/workload-identity';

/**
 * What the namespaces of a mesh are for: its workloads, its gateways, or the Services of other clusters. Teleport may issue identities
 * in the first two.
 */
export class NamespaceUses {
  private readonly injected: string[] = [];
  private readonly ofGateways = new Set<string>();
  /** Namespaces with Services of other clusters. */
  private readonly ofOthers = new Set<string>();
  private hasWorkloads = false;

  public constructor(private readonly identity: IstioWorkloadIdentity) {}

  /** A namespace whose pods all belong to the mesh. */
  public addInjected(namespace: string): void {
    this.addWorkload(namespace);
    this.injected.push(namespace);
  }

  /** The namespace of a workload that is part of the mesh. */
  public addWorkload(namespace: string): void {
    this.identity.allowNamespaces(namespace);
    this.hasWorkloads = true;
  }

  /** A gateway is a workload like any other: without an identity from Teleport nobody in the mesh would trust it. */
  public addGateway(namespace: string): void {
    this.identity.allowNamespaces(namespace);
    this.ofGateways.add(namespace);
  }

  /** A namespace whose pods get no identity here. */
  public addOfOthers(namespace: string): void {
    this.ofOthers.add(namespace);
  }

  /** Namespaces whose pods all belong to the mesh, sorted. */
  public get injectedNames(): readonly string[] {
    return [...this.injected].sort();
  }

  /** Namespaces that have gateways, sorted. */
  public get gatewayNames(): readonly string[] {
    return [...this.ofGateways].sort();
  }

  /** Every namespace that the mesh uses. */
  public get all(): readonly string[] {
    return [...this.identity.namespaces, ...this.ofOthers];
  }

  /** Why nothing of the mesh would work, if so. */
  public problems(): string[] {
    const { namespaces } = this.identity;
    const fix = 'Fix: add a MeshNamespace, or call addNamespace or enroll';
    if (namespaces.length === 0) return [`the mesh has no namespace, so Teleport would issue no identities. ${fix}`];
    // A namespace that was allowed by name has workloads that something else deploys.
    if (this.hasWorkloads || namespaces.some((name) => !this.ofGateways.has(name))) return [];
    return [
      `the mesh has gateways but no namespace with workloads, so they have no workloads to route requests to: ${JSON.stringify([...namespaces].sort())}. ${fix}; for workloads that are deployed in another way, use mesh.identity.allowNamespaces`,
    ];
  }
}
