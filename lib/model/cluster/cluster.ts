import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import { textsAt } from '../../base/json';
import { ISTIO_NETWORKING, ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import type { Target } from '../../upstream/releases/target';
import type { Manifest } from '../documents/manifest';
import { groupOf, type ManifestSet } from '../documents/manifest-set';
import { type MeshOutbound, meshOutbound } from '../egress/mesh-outbound';
import { ServiceVisibility } from '../egress/service-visibility';
import { GatewayServers } from '../gateways/gateway-servers';
import { type GatewayTopology, gatewayTopology } from '../gateways/gateway-topology';
import { HostTables } from '../gateways/host-tables';
import { type InstalledGateway, installedGateways } from '../gateways/installed-gateways';
import { findRoutesAtPods, type RouteAtPods, type WayIn, WaysInIndex } from '../gateways/ways-in';
import { Discovery } from '../installation/discovery';
import type { Installation } from '../installation/installation';
import { findInstallations } from '../installation/installations';
import { type MeshSettings, readMeshSettings } from '../installation/mesh-settings';
import { PeerAuthentications } from '../policy/peer-authentication';
import { PolicyAttachments } from '../policy/policy-attachment';
import { teleportClusterNames } from '../teleport/cluster-names';
import { type TbotConfig, toTbotConfig } from '../teleport/tbot-config';
import { findTbotWorkloads, type TbotWorkload } from '../teleport/tbot-workload';
import { TeleportIdentities } from '../teleport/teleport-identities';
import { DestinationRules } from './destination-rule';
import { type Injection, injectionOf } from './injection';
import { findInjectorSettings, type InjectorSettings } from './injector-settings';
import { LabelIndex } from './label-index';
import { machines } from './machines';
import { type PodProxy, podProxy } from './pod-proxy';
import { readServices, type Service, servicesByWorkload } from './service';
import { SocketFiles } from './socket-file';
import { type TlsSetting, tlsSettings } from './tls-settings';
import { readWorkloads, type Workload } from './workload';

const known = new WeakMap<ManifestSet, Cluster>();

const CONFIGURING_GROUPS: ReadonlySet<string> = new Set([ISTIO_SECURITY, ISTIO_NETWORKING]);

/** The cluster that a set of manifests describes. Each part is computed on first use and then shared. */
export class Cluster {
  /** The cluster of these manifests. */
  public static of(manifests: ManifestSet): Cluster {
    const cluster = known.get(manifests) ?? new Cluster(manifests);
    known.set(manifests, cluster);
    return cluster;
  }

  private readonly read = new Map<string, unknown>();
  private readonly injections = new WeakMap<Target, Map<Workload, Injection>>();
  private readonly proxies = new WeakMap<Target, Map<Workload, PodProxy>>();
  private readonly labelsOfNamespaces = new Map<string, Readonly<Record<string, string>>>();

  private constructor(private readonly manifests: ManifestSet) {}

  /** Everything that runs pods, in the order of the manifests. */
  public get workloads(): readonly Workload[] {
    return this.once('workloads', () => readWorkloads(this.manifests));
  }

  /** Gateways that an installer or istiod creates, so that no manifest contains them. */
  public get installedGateways(): readonly InstalledGateway[] {
    return this.once('installedGateways', () =>
      installedGateways(this.manifests, new Set(this.workloads.map(({ ref }) => ref))),
    );
  }

  /** Whether a workload is one of {@link installedGateways}. */
  public isInstalledGateway(workload: Workload): boolean {
    return this.installedGateways.some((gateway) => gateway.workload === workload);
  }

  /** Machines outside the cluster. */
  public get machines(): readonly Workload[] {
    return this.once('machines', () => machines(this.manifests));
  }

  /** Everything that policies can select: workloads, installed gateways, and machines of WorkloadEntries. */
  public get policySubjects(): LabelIndex<Workload> {
    const make = () => {
      const gateways = this.installedGateways.map(({ workload }) => workload);
      return new LabelIndex([...this.workloads, ...gateways, ...this.machines]);
    };
    return this.once('policySubjects', make);
  }

  /** The servers that Gateways configure on gateways. */
  public get gatewayServers(): GatewayServers {
    return this.once('gatewayServers', () => new GatewayServers(this.manifests, this.meshSettings.ingress));
  }

  /** How a gateway finds the address of the original client; undefined if the manifests do not state it. */
  public gatewayTopologyOf(workload: Workload): GatewayTopology | undefined {
    return gatewayTopology(this.installations, workload);
  }

  /** Every route from a Gateway to a Service, with the pods that serve the Gateway. */
  public get waysIn(): readonly WayIn[] {
    const make = () => this.routesAtPods.flatMap(({ leads, pods }) => leads.map((route) => ({ route, pods })));
    return this.once('waysIn', make);
  }

  /** The route rules of gateways by host. */
  public get hostTables(): HostTables {
    const byGateway = () => {
      const found = new Map<string, RouteAtPods[]>();
      for (const one of this.routesAtPods)
        addTo(found, `${one.route.gateway.namespace}/${one.route.gateway.name}`, one);
      return found;
    };
    const make = () =>
      new HostTables({
        manifests: this.manifests,
        servers: this.gatewayServers,
        routesAt: (gateway) => this.once('routesByGateway', byGateway).get(gateway) ?? [],
        labelsOf: (name) => this.namespaceLabels(name),
        exportTo: this.meshSettings.virtualServiceExportTo,
      });
    return this.once('hostTables', make);
  }

  /** Every route at a Gateway, those that lead to no Service too. */
  private get routesAtPods(): readonly RouteAtPods[] {
    const make = () => findRoutesAtPods(this.manifests, this.policySubjects, this.meshSettings, this.discovery);
    return this.once('routesAtPods', make);
  }

  /** The routes that end at a port of a workload's pods, through one of its Services or without any. */
  public waysInTo(workload: Workload, podPort: number): readonly WayIn[] {
    const index = this.once('waysInIndex', () => new WaysInIndex(this.waysIn));
    return index.to(workload, podPort, this.servicesOf(workload));
  }

  /** The workloads by labels. */
  public get workloadIndex(): LabelIndex<Workload> {
    return this.once('workloadIndex', () => new LabelIndex(this.workloads));
  }

  /** All Services, in the order of the manifests. */
  public get services(): readonly Service[] {
    return this.once('services', () => readServices(this.manifests, this.workloadIndex));
  }

  /** The Services that select a workload. */
  public servicesOf(workload: Workload): readonly Service[] {
    const make = () => servicesByWorkload([...this.services, ...this.installedGateways.map(({ service }) => service)]);
    return this.once('servicesByWorkload', make).get(workload) ?? [];
  }

  /** Every installation of Istio's control plane. */
  public get installations(): readonly Installation[] {
    return this.once('installations', () => findInstallations(this.manifests));
  }

  /** The settings of the mesh's installation for identities and access. */
  public get meshSettings(): MeshSettings {
    return this.once('meshSettings', () => readMeshSettings(this.installations));
  }

  /** The mesh configuration for hosts outside the mesh. */
  public get outbound(): MeshOutbound {
    return this.once('outbound', () => meshOutbound(this.installations));
  }

  /** Which Services the proxies of workloads know. */
  public get serviceVisibility(): ServiceVisibility {
    const make = () => new ServiceVisibility(this.manifests, this.meshSettings.rootNamespace, this.outbound);
    return this.once('serviceVisibility', make);
  }

  /** The namespaces that istiod watches. */
  public get discovery(): Discovery {
    const { discoverySelectors } = this.meshSettings;
    return this.once('discovery', () => new Discovery(discoverySelectors, (name) => this.namespaceLabels(name)));
  }

  /** Namespaces with Istio objects that configure proxies. */
  public get configuredNamespaces(): ReadonlySet<string> {
    const says = ({ apiVersion }: Manifest) => CONFIGURING_GROUPS.has(groupOf(apiVersion));
    const make = () => new Set(this.manifests.all.filter(says).map(({ namespace }) => namespace ?? 'default'));
    return this.once('configuredNamespaces', make);
  }

  /** The settings of the injector. */
  public get injector(): InjectorSettings {
    return this.once('injector', () => findInjectorSettings(this.manifests, this.installations));
  }

  /** Labels of a namespace; undefined if it is not in the manifests. */
  public namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    const known = this.labelsOfNamespaces.get(name);
    if (known !== undefined) return known;
    const namespace = this.manifests.find('Namespace', undefined, name);
    const labels = namespace && textsAt(namespace.body, 'metadata', 'labels');
    if (labels) this.labelsOfNamespaces.set(name, labels);
    return labels;
  }

  /** What the injector of a release does with a workload's pods. */
  public injectionOf(workload: Workload, target: Target): Injection {
    return cached(of(this.injections, target), workload, () =>
      injectionOf(workload, this.namespaceLabels(workload.namespace), this.injector, target),
    );
  }

  /** Whether a workload's pods have a proxy with a release of Istio, and which authority issues its certificate. */
  public proxyOf(workload: Workload, target: Target): PodProxy {
    return cached(of(this.proxies, target), workload, () => podProxy(this, workload, target));
  }

  /** The socket files that proxies look for, and those that tbot creates. */
  public get socketFiles(): SocketFiles {
    const make = () => new SocketFiles(this.manifests, this.installations, this.meshSettings.rootNamespace);
    return this.once('socketFiles', make);
  }

  /** What servers accept. */
  public get peerAuthentications(): PeerAuthentications {
    const make = () => new PeerAuthentications(this.manifests, this.meshSettings.rootNamespace);
    return this.once('peerAuthentications', make);
  }

  /** The TLS settings of Services in DestinationRules. */
  public get destinationRules(): DestinationRules {
    const { rootNamespace, destinationRuleExportTo: exportTo } = this.meshSettings;
    const rules = () => this.manifests.ofKind('DestinationRule', ISTIO_NETWORKING);
    return this.once('destinationRules', () => new DestinationRules(rules(), { rootNamespace, exportTo }));
  }

  /** Each `tls` of a DestinationRule. */
  public get tlsSettings(): readonly TlsSetting[] {
    return this.once('tlsSettings', () => tlsSettings(this.destinationRules, this.services));
  }

  /** The pods that each AuthorizationPolicy applies to. */
  public get authorizationPolicies(): PolicyAttachments<Workload> {
    return this.once('authorizationPolicies', () => this.attach('AuthorizationPolicy'));
  }

  /** The pods that each RequestAuthentication applies to. */
  public get requestAuthentications(): PolicyAttachments<Workload> {
    return this.once('requestAuthentications', () => this.attach('RequestAuthentication'));
  }

  /** Every configuration of tbot. */
  public get tbotConfigs(): readonly TbotConfig[] {
    return this.once('tbotConfigs', () => this.manifests.ofKind('TbotConfig').map(toTbotConfig));
  }

  /** The workloads that run tbot. */
  public get tbotWorkloads(): readonly TbotWorkload[] {
    return this.once('tbotWorkloads', () => findTbotWorkloads(this.workloads, this.tbotConfigs, this.manifests));
  }

  /** Names of the Teleport cluster, as far as the manifests state them. */
  public get teleportNames(): readonly string[] {
    return this.once('teleportNames', () => teleportClusterNames(this.tbotConfigs, this.tbotWorkloads));
  }

  /** Trust domain of the certificates that Teleport issues; the mesh's unless the manifests state another. */
  public get teleportTrustDomain(): string {
    const { trustDomain, trustDomainUnknown } = this.meshSettings;
    const [name, ...others] = this.teleportNames;
    const isSaid = name !== undefined && others.length === 0 && trustDomainUnknown === undefined;
    return isSaid ? name : trustDomain;
  }

  /** The workloads to which Teleport issues the mesh's identities. */
  public get teleportIdentities(): TeleportIdentities {
    return this.once('teleportIdentities', () => new TeleportIdentities(this.manifests));
  }

  private attach(kind: string): PolicyAttachments<Workload> {
    const policies = this.manifests.ofKind(kind, ISTIO_SECURITY);
    return new PolicyAttachments(policies, this.policySubjects, this.meshSettings.rootNamespace);
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.read.has(name)) this.read.set(name, make());
    return this.read.get(name) as T;
  }
}

/** What is known of the workloads with a release. */
function of<Answer>(known: WeakMap<Target, Map<Workload, Answer>>, target: Target): Map<Workload, Answer> {
  return cached(known, target, () => new Map<Workload, Answer>());
}
