import { InvalidInputError } from '../../base/invalid-input-error';
import { WHY_NO_FEDERATION } from '../../upstream/istio/multi-cluster';
import type { MeshNamespace } from '../mesh/mesh-namespace';
import type { CallOptions } from '../service/call';
import type { ExposeOptions } from '../service/gateway-route';
import type { MeshService } from '../service/mesh-service';
import { type CommonServiceProps, isHeadless, type MeshServiceProps } from '../service/mesh-service-props';
import type { ForeignCaller, TrustBundle } from '../teleport/trust-bundle';
import type { FleetCluster } from './fleet-cluster';
import { FAILOVER_MODES, type FailoverMode, preferOwnCluster, regionFailover } from './own-cluster-first';
import type { RemoteService } from './remote-services';

/**
 * What may differ between the clusters of a service: not its ports, its identity or its mTLS modes, on which callers in
 * other clusters rely.
 */
export type ClusterOverrides = Partial<
  Omit<CommonServiceProps, 'mtls' | 'portMtls' | 'serviceAccountName' | 'shareIdentity'>
>;

/** A cluster that a service runs in, with its settings for this cluster. */
export type Placement = FleetCluster | ({ readonly cluster: FleetCluster } & ClusterOverrides);

/** A service of a fleet. */
export type FleetServiceProps = MeshServiceProps & {
  /**
   * Where it runs.
   *
   * @default - in all clusters of its namespace
   */
  readonly clusters?: readonly [Placement, ...Placement[]];
  /**
   * Where requests go if several clusters of a mesh run the service: to the caller's own cluster while a pod there is
   * healthy, otherwise to other clusters, those in the same region first if the clusters state their regions; or to all
   * clusters.
   *
   * @default 'own-cluster-first' - a request leaves its network only if it must
   */
  readonly failover?: FailoverMode;
};

/** The namespace of a service, as the service sees it. */
export interface ServiceNamespaces {
  /**
   * The fleet it is of.
   *
   * @internal
   */
  readonly fleet: object;
  /** Kubernetes name. */
  readonly name: string;
  /** The clusters that have the namespace. */
  readonly clusters: readonly FleetCluster[];
  /** The namespace in one cluster. */
  in(cluster: FleetCluster): MeshNamespace;
}

/** A service that runs in one or more clusters of a fleet, with one identity in each trust domain. */
export class FleetService {
  private readonly byCluster = new Map<FleetCluster, MeshService>();
  private readonly headless: boolean;
  private readonly failover: FailoverMode;

  /** @internal use FleetNamespace.addService */
  public constructor(
    /** The namespace it is in. */
    public readonly namespace: ServiceNamespaces,
    /** Name of the Service and the workload, in every cluster. */
    public readonly name: string,
    props: FleetServiceProps,
  ) {
    const { clusters, failover = 'own-cluster-first', ...common } = props;
    this.failover = failover;
    this.checkPlaces(clusters, failover);
    this.headless = isHeadless(common);
    for (const placement of clusters ?? namespace.clusters) {
      const { cluster, ...overrides } = 'cluster' in placement ? placement : { cluster: placement };
      const service = namespace.in(cluster).addService(name, { ...common, ...overrides } as MeshServiceProps);
      this.byCluster.set(cluster, service);
    }
    for (const [cluster, service] of this.byCluster) {
      const order = this.orderIn(cluster);
      if (order !== undefined) preferOwnCluster(service, order.failover);
    }
  }

  /** The clusters that it runs in. */
  public get clusters(): readonly FleetCluster[] {
    return [...this.byCluster.keys()];
  }

  /**
   * The service in one cluster, for settings that only this cluster has: a host at its gateway, a caller, a patch.
   *
   * @throws InvalidInputError naming the clusters that it runs in
   */
  public in(cluster: FleetCluster): MeshService {
    const service = this.byCluster.get(cluster);
    if (service !== undefined) return service;
    throw new InvalidInputError({
      where: this.where,
      problem: `it does not run in cluster "${cluster}"`,
      allowed: this.clusters.join(', '),
      fix: `add "${cluster}" to its clusters`,
    });
  }

  /**
   * Allows this service to call another one, wherever the two run in the same mesh: every cluster of the callee gets
   * the policy, and every cluster of the caller without pods of the callee gets its Service, so that its name resolves.
   *
   * @param requests the allowed requests, any of which must match; an empty list allows everything
   * @throws InvalidInputError if a cluster of the caller is in a mesh without the callee, if a headless service would
   * be called from another network, or as {@link MeshService.allowFrom} does
   */
  public calls(callee: FleetService, ...requests: readonly CallOptions[]): void {
    this.checkCallee(callee);
    for (const cluster of this.clusters) this.checkReaches(callee, cluster);
    for (const cluster of callee.clusters) {
      const caller = this.clusters.find(({ meshId }) => meshId === cluster.meshId);
      if (caller === undefined) continue;
      // In another cluster, and so another app, it is known by its identity alone.
      const own = this.in(caller);
      callee.in(cluster).allowFrom(caller === cluster ? own : own.identity, ...requests);
    }
    for (const cluster of this.clusters) {
      if (callee.byCluster.has(cluster)) continue;
      const [{ ports }] = [...callee.byCluster.values()] as [MeshService];
      const service = { namespace: callee.namespace.name, name: callee.name };
      cluster.remoteServices.add({ ...service, ports, order: callee.orderIn(cluster) });
    }
  }

  /**
   * The service as a caller of another mesh's gateway, if it runs in a cluster of the bundle's trust domain:
   * `carts.in(cluster).exposeThrough(gateway, { clients: [web.callerOf(bundle)], … })`. The application must open the
   * TLS connection itself, with a certificate from the Workload API, because sidecars trust only the roots of their own
   * trust domain.
   *
   * @throws InvalidInputError if it runs in no cluster of that trust domain, naming those that it runs in
   */
  public callerOf(bundle: TrustBundle): ForeignCaller {
    const [, service] = [...this.byCluster].find(([{ trustDomain }]) => trustDomain === `${bundle.trustDomain}`) ?? [];
    if (service !== undefined) return bundle.identity(service.identity.path);
    throw new InvalidInputError({
      where: this.where,
      problem: 'it has no identity in the trust domain of these roots',
      value: `${bundle.trustDomain}`,
      allowed: this.clusters.map(({ name, trustDomain }) => `${trustDomain} (cluster "${name}")`).join(', '),
    });
  }

  /**
   * Exposes the service through the ingress gateway of every cluster that it runs in.
   *
   * @throws InvalidInputError if a cluster has no ingress gateway, or as {@link MeshService.exposeThrough} does
   */
  public exposeThroughIngress(options: ExposeOptions = {}): void {
    for (const [cluster, service] of this.byCluster) service.exposeThrough(cluster.mesh.ingressGateway, options);
  }

  /** How clients in a cluster choose among pods of several; undefined if they do not: addresses of pods are not reached from another network. */
  private orderIn(cluster: FleetCluster): RemoteService['order'] {
    const places = this.clusters.filter(({ meshId }) => meshId === cluster.meshId);
    if (places.length < 2 || this.headless || this.failover !== 'own-cluster-first') return undefined;
    const others = places.filter((other) => other !== cluster);
    return { failover: regionFailover(cluster, others) };
  }

  private get where(): string {
    return `MeshFleet: service ${this.namespace.name}/${this.name}`;
  }

  /** What types keep out of TypeScript only. */
  private checkPlaces(clusters: readonly unknown[] | undefined, failover: unknown): void {
    const { where } = this;
    if (clusters !== undefined && (clusters.length === 0 || clusters.includes(undefined))) {
      const problem = clusters.length === 0 ? 'it runs in no cluster' : 'one of its clusters is undefined';
      throw new InvalidInputError({ where, problem, allowed: this.namespace.clusters.join(', ') });
    }
    if (FAILOVER_MODES.some((mode) => mode === failover)) return;
    const allowed = FAILOVER_MODES.map((mode) => `'${mode}'`).join(', ');
    throw new InvalidInputError({ where, problem: 'not a valid failover', value: String(failover), allowed });
  }

  private checkCallee(callee: unknown): void {
    const allowed = 'a service returned by addService of a namespace of the same fleet';
    if (!(callee instanceof FleetService)) {
      throw new InvalidInputError({
        where: this.where,
        problem: 'the callee is not a service of a fleet',
        allowed,
        fix: 'call a service of one cluster from a service of the same cluster: web.in(cluster).calls(carts)',
      });
    }
    if (callee.namespace.fleet === this.namespace.fleet) return;
    throw new InvalidInputError({
      where: this.where,
      problem: `${callee.namespace.name}/${callee.name}, which it calls, belongs to another fleet, whose clusters do not know this one`,
      allowed,
      fix: 'create both in one MeshFleet',
    });
  }

  private checkReaches(callee: FleetService, from: FleetCluster): void {
    const reachable = callee.clusters.filter(({ meshId }) => meshId === from.meshId);
    const places = callee.clusters.map(({ name }) => `"${name}"`).join(', ');
    if (reachable.length === 0) {
      const differs = callee.clusters.every(({ trustDomain }) => trustDomain !== from.trustDomain);
      throw new InvalidInputError({
        where: this.where,
        problem: `it runs in cluster "${from}", but no cluster of that mesh runs ${callee.namespace.name}/${callee.name}, which runs in ${places}${differs ? `; ${WHY_NO_FEDERATION}` : ''}`,
        allowed: 'calls to services that run in a cluster of the same mesh',
        fix: differs
          ? `add ${callee.name} to "${from}" or to a cluster of its mesh, or let this service in at a gateway with the roots of its trust domain: exposeThrough(gateway, { clients: [service.callerOf(bundle)] })`
          : `add ${callee.name} to "${from}" or to a cluster of its mesh, or move this service`,
      });
    }
    if (!reachable.includes(from) && from.keepsInCluster({ namespace: callee.namespace.name, name: callee.name })) {
      throw new InvalidInputError({
        where: this.where,
        problem: `${callee.namespace.name}/${callee.name} runs in ${places}, but meshConfig.serviceSettings of cluster "${from}" keeps requests for it in that cluster`,
        allowed: 'a host that is not clusterLocal, or a service that runs in the same cluster',
        fix: `remove it from the clusterLocal hosts, or add it to "${from}" too`,
      });
    }
    if (callee.headless && !reachable.includes(from)) {
      throw new InvalidInputError({
        where: this.where,
        problem: `${callee.namespace.name}/${callee.name} is headless and runs in ${places}: its name resolves to pod addresses, which cluster "${from}" on another network cannot reach`,
        allowed: 'a service with its own address, or one that runs in the same cluster',
        fix: 'remove "headless", or run it in the same cluster',
      });
    }
  }
}
