import { compareTexts } from '../../base/compare-texts';
import { listAt, textsAt } from '../../base/json';
import { Cluster, type WayIn } from '../../model/cluster/cluster';
import { DestinationRules } from '../../model/cluster/destination-rule';
import type { MeshSettings } from '../../model/cluster/mesh-settings';
import { proxySettingsOf } from '../../model/cluster/proxy-config';
import type { Service } from '../../model/cluster/service';
import { targetOf } from '../../model/cluster/target-of-manifests';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { type MeshOutbound, meshOutbound } from '../../model/egress/mesh-outbound';
import { type GatewayServer, serverProtocol } from '../../model/gateways/gateway-servers';
import { originalClient } from '../../model/gateways/gateway-topology';
import type { InstalledGateway } from '../../model/gateways/installed-gateways';
import type { PeerAuthentications } from '../../model/policy/peer-authentication';
import { type PathHandling, pathHandlingOf, withConnectionSettings } from '../../upstream/istio/path-handling';
import type { Target } from '../../upstream/releases/target';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import { type CompiledPolicy, compilePolicy } from '../policy/compiled-policy';
import { PolicySet } from '../policy/policy-set';
import type { Connection } from './connection';
import { type Caller, Connector, type Destination } from './connector';
import { decideRequest } from './decide';
import type { Decision } from './decision';
import { type CallablePort, servicePorts, workloadPorts } from './destinations';
import { type ManifestSource, manifestSetOf } from './manifest-source';
import type { AccessRequest, RequestProblem } from './request';
import { RequestEnds } from './request-ends';
import { ProxyFinder, type WorkloadProxy } from './workload-proxy';

/** What manifests do not say about themselves. */
export interface MeshModelOptions {
  /**
   * Releases the manifests are for: some rules mean something else in older ones.
   *
   * @default - what the manifests say themselves, else `Target.of()`
   */
  readonly target?: Target;
}

/** Istio's kinds whose objects may change who reaches whom, but which the evaluator does not look at. */
const UNREAD: readonly (readonly [kind: string, group: string])[] = [
  ['NetworkPolicy', 'networking.k8s.io'],
  ['Sidecar', 'networking.istio.io'],
  ['EnvoyFilter', 'networking.istio.io'],
  ['WasmPlugin', 'extensions.istio.io'],
  ['VirtualService', 'networking.istio.io'],
  ['ServiceEntry', 'networking.istio.io'],
];

/** The last model of each set: who asks several things of the same manifests pays for it once. */
const models = new WeakMap<ManifestSet, MeshModel>();

/** Everything the manifests say about who may call whom, indexed and compiled once, so that questions are cheap. */
export class MeshModel {
  /** Builds the model. Nothing is read but the manifests: no cluster, no clock, no environment. */
  public static from(manifests: ManifestSource, options: MeshModelOptions = {}): MeshModel {
    const set = manifestSetOf(manifests);
    const target = targetOf(set, options.target);
    const known = models.get(set);
    if (known?.target === target) return known;
    const model = new MeshModel(set, target);
    models.set(set, model);
    return model;
  }

  /** What the Istio installation among the manifests says, or else its defaults. */
  public readonly settings: MeshSettings;
  /** Every AuthorizationPolicy, sorted by namespace and name. */
  public readonly policies: readonly CompiledPolicy[];
  /** What may also matter, but is not looked at; said with every decision. */
  public readonly unread: readonly string[];

  private readonly cluster: Cluster;
  private readonly compiled: ReadonlyMap<Manifest, CompiledPolicy>;
  private readonly connector: Connector;
  private readonly destinationRules: DestinationRules;
  private readonly proxyFinder: ProxyFinder;
  private readonly policySets = new Map<Workload, PolicySet>();
  /** By the numbers of their policies: workloads with the same policies share one, and so what it has decided. */
  private readonly sharedSets = new Map<string, PolicySet>();
  private readonly numbers: ReadonlyMap<CompiledPolicy, number>;
  private readonly proxies = new Map<Workload, WorkloadProxy>();
  private readonly workloadNumbers = new Map<Workload, number>();
  private readonly ports = new Map<Service | Workload, readonly CallablePort[]>();
  private sortedWorkloads: readonly Workload[] | undefined;
  private sortedServices: readonly Service[] | undefined;
  private guarded: readonly (Service | Workload)[] | undefined;
  private meshOutbound: MeshOutbound | undefined;
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
    const { rootNamespace, trustDomain, trustDomainAliases, destinationRuleExportTo } = this.settings;
    const context = { trustDomains: [trustDomain, ...trustDomainAliases], target };
    this.policies = sorted(
      manifests
        .ofKind('AuthorizationPolicy', 'security.istio.io')
        .flatMap((manifest) => compilePolicy(manifest, context) ?? []),
    );
    this.compiled = new Map(this.policies.map((policy) => [policy.manifest, policy]));
    this.numbers = new Map(this.policies.map((policy, index) => [policy, index]));
    this.unread = UNREAD.flatMap(([kind, group]) => {
      const count = manifests.ofKind(kind, group).filter(concernsWorkloads).length;
      return count === 0 ? [] : [`${kind}: ${count} in the manifests, not looked at`];
    });
    this.proxyFinder = new ProxyFinder(cluster, target);
    this.destinationRules = new DestinationRules(manifests.ofKind('DestinationRule', 'networking.istio.io'), {
      rootNamespace,
      exportTo: destinationRuleExportTo,
    });
    const proxyOf = (workload: Workload) => this.proxyOf(workload);
    const { peerAuthentications, injector } = cluster;
    this.connector = new Connector(
      this.settings,
      peerAuthentications,
      this.destinationRules,
      proxyOf,
      injector.capture,
    );
  }

  /** Everything that runs pods, sorted by namespace and name. */
  public get workloads(): readonly Workload[] {
    this.sortedWorkloads ??= sorted(this.cluster.workloads);
    return this.sortedWorkloads;
  }

  /** Services, sorted by namespace and name. */
  public get services(): readonly Service[] {
    this.sortedServices ??= sorted(this.cluster.services);
    return this.sortedServices;
  }

  /**
   * What the mesh guards: the Services, then the workloads with a proxy that no Service leads to. A node agent without
   * either can be asked about too, but would say "everybody" in every table.
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
   * Gateways that an installer or istiod makes, which are written out nowhere, sorted by namespace and name.
   *
   * @internal
   */
  public get installedGateways(): readonly InstalledGateway[] {
    return [...this.cluster.installedGateways].sort((a, b) => byRef(a.workload, b.workload));
  }

  /**
   * Every route from a Gateway to a Service, with the pods that serve the Gateway.
   *
   * @internal
   */
  public get gatewayRoutes(): readonly WayIn[] {
    return this.cluster.waysIn;
  }

  /**
   * What Gateways make of the ports of a gateway's pods.
   *
   * @internal
   */
  public gatewayServersOf(workload: Workload): readonly GatewayServer[] {
    return this.cluster.gatewayServers.of(workload);
  }

  /**
   * The first Service that leads to a gateway's pods.
   *
   * @internal
   */
  public serviceOfGateway(workload: Workload): Service | undefined {
    return this.cluster.servicesOf(workload)[0];
  }

  /**
   * The routes by which Gateways lead to a workload.
   *
   * @internal
   */
  public waysInTo(workload: Workload): readonly WayIn[] {
    return this.cluster.waysInTo(workload);
  }

  /**
   * What the mesh's configuration says about hosts outside the mesh.
   *
   * @internal
   */
  public get outbound(): MeshOutbound {
    this.meshOutbound ??= meshOutbound(this.cluster.installations);
    return this.meshOutbound;
  }

  /**
   * Labels of a namespace; undefined if it is not among the manifests.
   *
   * @internal
   */
  public namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    return this.cluster.namespaceLabels(name);
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
   * The AuthorizationPolicies that are for a workload, sorted by namespace and name.
   *
   * @internal
   */
  public policiesOf(workload: Workload): readonly CompiledPolicy[] {
    const policies: CompiledPolicy[] = [];
    for (const manifest of this.cluster.authorizationPolicies.policiesOf(workload)) {
      const policy = this.compiled.get(manifest);
      if (policy) policies.push(policy);
    }
    return policies;
  }

  /**
   * What the AuthorizationPolicies of a workload decide together.
   *
   * @internal
   */
  public policySetOf(workload: Workload): PolicySet {
    return cached(this.policySets, workload, () => {
      const policies = this.policiesOf(workload);
      const key = policies.map((policy) => this.numbers.get(policy)).join();
      return cached(this.sharedSets, key, () => this.toPolicySet(policies));
    });
  }

  private toPolicySet(policies: readonly CompiledPolicy[]): PolicySet {
    const { extensionProviders: known, severalAuthorizers } = this.settings;
    const mayBeSeveral = severalAuthorizers && this.target.canHaveSeveralAuthorizers;
    const deniesDryRun = this.target.has('deniesDryRunOfCustom');
    return new PolicySet(policies, { known, mayBeSeveral, deniesDryRun });
  }

  /**
   * What the proxy of a workload does with paths before rules see them.
   *
   * @internal
   */
  public pathHandlingOf(workload: Workload): PathHandling {
    const ofMesh = pathHandlingOf(this.settings.pathNormalization, this.target);
    const own = this.target.has('hasConnectionSettings') ? proxySettingsOf(workload, this.settings) : undefined;
    return own ? withConnectionSettings(ofMesh, own.settings, this.proxyOf(workload).kind === 'gateway') : ofMesh;
  }

  /**
   * The workloads that an AuthorizationPolicy is for.
   *
   * @internal
   */
  public scopeOf(policy: CompiledPolicy): readonly Workload[] {
    return this.cluster.authorizationPolicies.podsOf(policy.manifest);
  }

  /**
   * The RequestAuthentications that are for a workload.
   *
   * @internal
   */
  public tokenPoliciesOf(workload: Workload): readonly Manifest[] {
    return this.cluster.requestAuthentications.policiesOf(workload);
  }

  /**
   * The ports of a Service, or of a workload as its pods have them.
   *
   * @internal
   */
  public portsOf(callee: Service | Workload): readonly CallablePort[] {
    const proxyOf = (workload: Workload) => this.proxyOf(workload);
    return cached(this.ports, callee, () =>
      this.asServed(
        'workloads' in callee
          ? servicePorts(callee, proxyOf)
          : workloadPorts(callee, this.cluster.servicesOf(callee), proxyOf),
      ),
    );
  }

  /** What gateways do with their ports is said by Gateways, whatever the Service calls them; on no other do they listen. */
  private asServed(ports: readonly CallablePort[]): readonly CallablePort[] {
    const served = ports.flatMap((port): readonly CallablePort[] => {
      const [destination] = port.destinations;
      if (destination?.proxy.kind !== 'gateway') return [port];
      const { workload, podPort } = destination;
      const servers = this.cluster.gatewayServers.of(workload);
      const protocol = serverProtocol(servers, [destination.port, podPort]);
      if (protocol !== undefined) return [{ ...port, protocol }];
      return servers.length > 0 && this.cluster.isInstalledGateway(workload) ? [] : [port];
    });
    return served.length > 0 ? served : ports;
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
    if (service === undefined || this.destinationRules.concern(service)) return undefined;
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
   * What servers accept.
   *
   * @internal
   */
  public get peerAuthentications(): PeerAuthentications {
    return this.cluster.peerAuthentications;
  }

  /**
   * How a caller and a destination connect; not remembered, as all pairs of a large mesh are too many to keep.
   *
   * @internal
   */
  public connect(caller: Caller, destination: Destination): Connection {
    return this.connector.connect(caller, destination);
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

  private get ends(): RequestEnds {
    const gateways = this.installedGateways;
    this.requestEnds ??= new RequestEnds(
      [...this.workloads, ...gateways.map(({ workload }) => workload), ...this.cluster.machines],
      [...this.services, ...gateways.map(({ service }) => service)],
      (workload) => this.proxyOf(workload),
      this.settings.trustDomain,
    );
    return this.requestEnds;
  }
}

/** Routes of gateways only say what strangers can reach: they change nothing between workloads. */
function concernsWorkloads({ kind, body }: Manifest): boolean {
  const gateways = kind === 'VirtualService' ? listAt(body, 'spec', 'gateways') : [];
  return gateways.length === 0 || gateways.includes('mesh');
}

function cached<K, V>(cache: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function sorted<T extends { readonly ref: string }>(things: readonly T[]): readonly T[] {
  return [...things].sort(byRef);
}

function byRef(a: { readonly ref: string }, b: { readonly ref: string }): number {
  return compareTexts(a.ref, b.ref);
}
