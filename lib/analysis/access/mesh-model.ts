import { cached } from '../../base/cached';
import { compareRefs } from '../../base/compare-texts';
import { textsAt } from '../../base/json';
import { ChangedLater } from '../../model/cluster/changed-later';
import { Cluster } from '../../model/cluster/cluster';
import { proxySettingsOf } from '../../model/cluster/proxy-config';
import type { Service } from '../../model/cluster/service';
import { SubsetRoutes } from '../../model/cluster/subset-routes';
import type { Workload } from '../../model/cluster/workload';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { HiddenService } from '../../model/egress/service-visibility';
import { originalClient } from '../../model/gateways/gateway-topology';
import type { InstalledGateway } from '../../model/gateways/installed-gateways';
import type { MeshSettings } from '../../model/installation/mesh-settings';
import { targetOf } from '../../model/installation/target-of-manifests';
import { type PathHandling, pathHandlingOf, withConnectionSettings } from '../../upstream/istio/path-handling';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Target } from '../../upstream/releases/target';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { EvaluatedPolicy } from '../policy/evaluated-policy';
import type { PolicySet } from '../policy/policy-set';
import { WorkloadPolicies } from '../policy/workload-policies';
import { CallablePorts } from './callable-ports';
import type { Connection } from './connection';
import { ConnectionMemory } from './connection-memory';
import { type Caller, Connector, type Destination } from './connector';
import { decideRequest } from './decide';
import type { Decision } from './decision';
import type { CallablePort } from './destinations';
import { serverTlsOf } from './gateways/gateway-tls';
import { type ManifestSource, manifestSetOf } from './manifest-source';
import { NameIndex } from './name-index';
import type { AccessRequest, RequestProblem } from './request';
import { type GatewayName, RequestEnds } from './request-ends';
import { unreadKinds } from './unread-kinds';
import { ProxyFinder, type WorkloadProxy } from './workload-proxy';

/** What manifests do not say about themselves. */
export interface MeshModelOptions {
  /**
   * Releases the manifests are for: some rules have a different meaning in older releases.
   *
   * @default - what the manifests say themselves, else `Target.of()`
   */
  readonly target?: Target;
}

/** The last model of each set: who asks several things of the same manifests pays for it once. */
const models = new WeakMap<ManifestSet, MeshModel>();

/** Everything the manifests say about who may call whom, indexed and compiled once, so that questions are cheap. */
export class MeshModel {
  /** Builds the model from the manifests alone: it reads no cluster, no clock and no environment. */
  public static from(manifests: ManifestSource, options: MeshModelOptions = {}): MeshModel {
    const set = manifestSetOf(manifests);
    const target = targetOf(set, options.target);
    const known = models.get(set);
    if (known?.target === target) return known;
    const model = new MeshModel(set, target);
    models.set(set, model);
    return model;
  }

  /**
   * The cluster the manifests describe.
   *
   * @internal
   */
  public readonly cluster: Cluster;
  /** The settings of the Istio installation in the manifests, or Istio's defaults. */
  public readonly settings: MeshSettings;
  /** What may also matter but is not evaluated; stated with every decision. */
  public readonly unread: readonly string[];
  /**
   * What kustomize changes before it is applied.
   *
   * @internal
   */
  public readonly changedLater: ChangedLater;

  private readonly connector: Connector;
  private readonly connections = new ConnectionMemory();
  private readonly proxyFinder: ProxyFinder;
  private readonly workloadPolicies: WorkloadPolicies;
  private readonly proxies = new Map<Workload, WorkloadProxy>();
  private readonly pathHandlings = new Map<Workload, PathHandling>();
  private readonly workloadNumbers = new Map<Workload, number>();
  private readonly ports: CallablePorts;
  private sortedWorkloads: readonly Workload[] | undefined;
  private sortedServices: readonly Service[] | undefined;
  private guarded: readonly (Service | Workload)[] | undefined;
  private requestEnds: RequestEnds | undefined;

  private constructor(
    /** What the model was made from. */
    public readonly manifests: ManifestSet,
    /** Releases the answers are for. */
    public readonly target: Target,
  ) {
    const cluster = Cluster.of(manifests);
    this.cluster = cluster;
    this.settings = cluster.meshSettings;
    this.workloadPolicies = new WorkloadPolicies(cluster, manifests, target);
    this.unread = unreadKinds(manifests);
    this.changedLater = new ChangedLater(manifests, cluster);
    this.proxyFinder = new ProxyFinder(cluster, target);
    const proxyOf = (workload: Workload) => this.proxyOf(workload);
    this.ports = new CallablePorts(cluster, proxyOf);
    const { peerAuthentications, destinationRules, injector } = cluster;
    this.connector = new Connector(
      this.settings,
      peerAuthentications,
      destinationRules,
      proxyOf,
      injector.capture,
      (destination) => serverTlsOf(cluster.gatewayServers.of(destination.workload), destination),
      new SubsetRoutes(manifests.ofKind('VirtualService', ISTIO_NETWORKING)),
      cluster.serviceVisibility,
    );
  }

  /** Every AuthorizationPolicy, sorted by namespace and name. */
  public get policies(): readonly EvaluatedPolicy[] {
    return this.workloadPolicies.all;
  }

  /**
   * The same with their rules, for whoever tests requests.
   *
   * @internal
   */
  public get compiledPolicies(): readonly CompiledPolicy[] {
    return this.workloadPolicies.all;
  }

  /** Everything that runs pods, sorted by namespace and name. */
  public get workloads(): readonly Workload[] {
    this.sortedWorkloads ??= [...this.cluster.workloads].sort(compareRefs);
    return this.sortedWorkloads;
  }

  /** Services, sorted by namespace and name. */
  public get services(): readonly Service[] {
    this.sortedServices ??= [...this.cluster.services].sort(compareRefs);
    return this.sortedServices;
  }

  /**
   * What the mesh protects: the Services, then the workloads with a proxy that no Service selects. Questions about a
   * node agent without either are possible, but every table would list all callers for it.
   */
  public get callees(): readonly (Service | Workload)[] {
    this.guarded ??= [
      ...this.services,
      ...this.workloads.filter(
        (workload) => this.cluster.servicesOf(workload).length === 0 && this.proxyOf(workload).kind !== 'none',
      ),
    ];
    return this.guarded;
  }

  /**
   * Gateways that an installer or istiod creates, so that no manifest contains them, sorted by namespace and name.
   *
   * @internal
   */
  public get installedGateways(): readonly InstalledGateway[] {
    return [...this.cluster.installedGateways].sort((a, b) => compareRefs(a.workload, b.workload));
  }

  /** Whether a request gets through, and why; or why the question cannot be answered. */
  public decide(request: AccessRequest): Decision | RequestProblem {
    return decideRequest(this, request);
  }

  /** The proxy beside a workload's pods and the identity it presents. */
  public proxyOf(workload: Workload): WorkloadProxy {
    return cached(this.proxies, workload, () => this.proxyFinder.proxyOf(workload));
  }

  /**
   * The AuthorizationPolicies that apply to a workload, sorted by namespace and name.
   *
   * @internal
   */
  public policiesOf(workload: Workload): readonly CompiledPolicy[] {
    return this.workloadPolicies.of(workload);
  }

  /**
   * What the AuthorizationPolicies of a workload decide together.
   *
   * @internal
   */
  public policySetOf(workload: Workload): PolicySet {
    return this.workloadPolicies.setOf(workload);
  }

  /**
   * Lets go of the compiled policies of the workloads behind a Service, or of a workload: of a large mesh all of them are a third of the
   * memory, and whoever asks about one callee after another needs those of one. They are compiled anew when they are asked for.
   *
   * @internal
   */
  public forgetPoliciesOf(callee: Service | Workload): void {
    const workloads = 'workloads' in callee ? callee.workloads : [callee];
    for (const workload of workloads) this.workloadPolicies.forget(workload);
  }

  /**
   * What the proxy of a workload does with paths before rules see them.
   *
   * @internal
   */
  public pathHandlingOf(workload: Workload): PathHandling {
    return cached(this.pathHandlings, workload, () => {
      const ofMesh = pathHandlingOf(this.settings.pathNormalization, this.target);
      const own = this.target.has('hasConnectionSettings') ? proxySettingsOf(workload, this.settings) : undefined;
      return own ? withConnectionSettings(ofMesh, own.settings, this.proxyOf(workload).kind === 'gateway') : ofMesh;
    });
  }

  /**
   * The ports of a Service, or of a workload as its pods have them.
   *
   * @internal
   */
  public portsOf(callee: Service | Workload): readonly CallablePort[] {
    return this.ports.of(callee);
  }

  /**
   * The address that a gateway takes for the original client's; undefined if that is not known, or it is not a gateway.
   *
   * @param forwarded the header X-Forwarded-For; null if the request has none, undefined if that is not known
   * @internal
   */
  public originalClientAt(
    { workload, proxy }: Destination,
    forwarded: string | null | undefined,
    peer: string | undefined,
  ): string | undefined {
    const topology = proxy.kind === 'gateway' ? this.cluster.gatewayTopologyOf(workload) : undefined;
    return topology && originalClient(topology, forwarded, peer);
  }

  /**
   * A text for everything about a port that decides who reaches it: ports with the same one are alike to every caller.
   * Undefined for a port of which that is not so simple.
   *
   * @internal
   */
  public likenessOf({ protocol, destinations }: CallablePort): string | undefined {
    const service = destinations[0]?.service;
    if (service === undefined || this.cluster.destinationRules.concern(service)) return undefined;
    if (this.cluster.serviceVisibility.dependsOnNames) return undefined;
    const { headless, namespace, manifest } = service;
    const annotations = textsAt(manifest.body, 'metadata', 'annotations');
    const pods = destinations.map(({ workload, podPort }) => [this.numberOf(workload), podPort]);
    return JSON.stringify([protocol, headless, namespace, annotations, pods]);
  }

  /** Tells workloads apart, two of the same name too. */
  private numberOf(workload: Workload): number {
    return cached(this.workloadNumbers, workload, () => this.workloadNumbers.size);
  }

  /**
   * A destination by each subset of a DestinationRule that changes how a caller connects with it.
   *
   * @internal
   */
  public throughSubsets(caller: Caller, destination: Destination): readonly Destination[] {
    return this.connector.throughSubsets(caller, destination);
  }

  /**
   * How a caller and a destination connect.
   *
   * @internal
   */
  public connect(caller: Caller, destination: Destination): Connection {
    return this.connections.connection(caller, destination, () => this.connector.connect(caller, destination));
  }

  /**
   * Why a caller's proxy does not know the Service of a destination; undefined if it does.
   *
   * @internal
   */
  public hiddenFrom(caller: Caller, destination: Destination): HiddenService | undefined {
    return this.connector.hiddenFrom(caller, destination);
  }

  /**
   * Who a request says it is from.
   *
   * @internal
   */
  public findCaller(from: string | SpiffeId): Caller | RequestProblem {
    return this.ends.caller(from);
  }

  /**
   * Whom a request is to: a Service of that name, or else a workload.
   *
   * @internal
   */
  public findCallee(to: string): Service | Workload | RequestProblem {
    return this.ends.callee(to);
  }

  /** Gateways that are among the manifests, or that routes name. */
  private gatewayNames(): readonly GatewayName[] {
    const routed = this.cluster.waysIn.map(({ route }) => route.gateway);
    const written = [ISTIO_NETWORKING, GATEWAY_API].flatMap((group) =>
      this.manifests
        .ofKind('Gateway', group)
        .map(({ namespace, name }) => ({ namespace: namespace ?? 'default', name })),
    );
    return [...written, ...routed].map(({ namespace, name }) => ({ ref: `${namespace}/${name}`, name }));
  }

  private get ends(): RequestEnds {
    this.requestEnds ??= this.findEnds();
    return this.requestEnds;
  }

  private findEnds(): RequestEnds {
    const gateways = this.installedGateways;
    return new RequestEnds(
      [...this.workloads, ...gateways.map(({ workload }) => workload), ...this.cluster.machines],
      [...this.services, ...gateways.map(({ service }) => service)],
      (workload) => this.proxyOf(workload),
      this.settings.trustDomain,
      new NameIndex(this.gatewayNames()),
    );
  }
}
