import { isVariable } from '../../../base/is-variable';
import { listAt, scalarTextsAt, textAt, textsAt } from '../../../base/json';
import { trimmed } from '../../../base/trimmed';
import { Cluster } from '../../../model/cluster/cluster';
import { hasOwnProxy, type Injection, isGateway, templatesOf } from '../../../model/cluster/injection';
import { isSocketSource } from '../../../model/cluster/injection-template';
import type { InjectorSettings } from '../../../model/cluster/injector-settings';
import { findInstallValues, type InstallValues } from '../../../model/cluster/install-values';
import type { LabelIndex } from '../../../model/cluster/label-index';
import type { PodProxy } from '../../../model/cluster/pod-proxy';
import { type Service, type ServicePort, targetPort } from '../../../model/cluster/service';
import type { SocketFiles } from '../../../model/cluster/socket-file';
import type { TlsSetting } from '../../../model/cluster/tls-settings';
import type { Workload } from '../../../model/cluster/workload';
import type { Manifest } from '../../../model/documents/manifest';
import type { ManifestSet } from '../../../model/documents/manifest-set';
import type { GatewayServer, GatewayServers } from '../../../model/gateways/gateway-servers';
import type { InstalledGateway } from '../../../model/gateways/installed-gateways';
import type { Discovery } from '../../../model/installation/discovery';
import type { Installation } from '../../../model/installation/installation';
import { findIstioReleases, type NamedRelease } from '../../../model/installation/istio-releases';
import type { MeshSettings } from '../../../model/installation/mesh-settings';
import { type AuthorizationPolicy, toAuthorizationPolicy } from '../../../model/policy/authorization-policy';
import type { MtlsPolicy, PeerAuthentications } from '../../../model/policy/peer-authentication';
import { PolicyFieldIndex } from '../../../model/policy/policy-field-index';
import type { TbotConfig } from '../../../model/teleport/tbot-config';
import type { TbotWorkload } from '../../../model/teleport/tbot-workload';
import type { TeleportIdentities } from '../../../model/teleport/teleport-identities';
import { findTeleportResources, type TeleportResources } from '../../../model/teleport/teleport-resources';
import { STOCK_TEMPLATES, TEMPLATES_ANNOTATION } from '../../../upstream/istio/injection';
import { NETWORK_VALUE } from '../../../upstream/istio/multi-cluster';
import { ISTIO_SECURITY } from '../../../upstream/kubernetes/api-groups';
import type { Target } from '../../../upstream/releases/target';
import { MeshModel } from '../../access/mesh-model';
import type { FleetIdentities } from '../../fleet/fleet-identities';
import type { FleetTeleport } from '../../fleet/fleet-teleport';
import { type RuleUse, ruleUses } from '../../rule-use/rule-use';

/** A port of a pod as some Service sees it. */
export interface WorkloadPort {
  readonly service: Service;
  readonly port: ServicePort;
  /** Number of the port in the pod; undefined if it is named and no container has that name. */
  readonly target: number | undefined;
}

/** The clusters of a fleet, seen from the one that is checked. */
export interface CheckedFleet {
  /** Name of the cluster that is checked. */
  readonly name: string;
  /** The identities of all of them. */
  readonly identities: FleetIdentities;
  /** The Teleport resources of all of them. */
  readonly teleport: FleetTeleport;
}

/**
 * Indexes for rules, built once on first use. Rules never search: they use an index here, so that the cost of a rule is
 * proportional to what it checks.
 */
export class CheckContext {
  private readonly cache = new Map<string, unknown>();
  private readonly injected = new Map<Workload, boolean | undefined>();
  private readonly enrolled = new Map<Workload, boolean | undefined>();
  private readonly ports = new Map<Workload, readonly WorkloadPort[]>();

  public constructor(
    public readonly manifests: ManifestSet,
    public readonly target: Target,
    /** Whether the manifests are complete, so that what they do not contain does not exist. */
    public readonly complete: boolean,
    /** The clusters among which this one is; undefined if nothing is known of others. */
    public readonly fleet?: CheckedFleet,
  ) {}

  private get cluster(): Cluster {
    return Cluster.of(this.manifests);
  }

  public get workloads(): readonly Workload[] {
    return this.cluster.workloads;
  }

  public get workloadIndex(): LabelIndex<Workload> {
    return this.cluster.workloadIndex;
  }

  public get services(): readonly Service[] {
    return this.cluster.services;
  }

  /** Ports of a workload that Services expose. */
  public portsOf(workload: Workload): readonly WorkloadPort[] {
    let ports = this.ports.get(workload);
    if (!ports) {
      const services = this.cluster.servicesOf(workload);
      ports = trimmed(
        services.flatMap((service) =>
          service.ports.map((port) => ({ service, port, target: targetPort(port, workload) })),
        ),
      );
      this.ports.set(workload, ports);
    }
    return ports;
  }

  /** Every installation of Istio's control plane. */
  public get installations(): readonly Installation[] {
    return this.cluster.installations;
  }

  /** The namespaces that istiod watches. */
  public get discovery(): Discovery {
    return this.cluster.discovery;
  }

  /** Names of the Teleport cluster, as far as the manifests state them. */
  public get teleportNames(): readonly string[] {
    return this.cluster.teleportNames;
  }

  /** Releases of Istio that the manifests pin. */
  public get istioReleases(): readonly NamedRelease[] {
    return findIstioReleases(this.manifests);
  }

  public get installValues(): readonly InstallValues[] {
    return this.once('installValues', () => findInstallValues(this.manifests));
  }

  public get injector(): InjectorSettings {
    return this.cluster.injector;
  }

  /** The mesh's trust domain and its aliases; empty if no mesh configuration states it, or if it is a variable. */
  public get trustDomains(): readonly string[] {
    return this.once('trustDomains', () => {
      const stated = this.installations.filter(({ trustDomains }) => trustDomains.length > 0);
      const names = stated.flatMap(({ trustDomains, trustDomainAliases }) => [...trustDomains, ...trustDomainAliases]);
      return names.some(isVariable) ? [] : [...new Set(names)];
    });
  }

  /**
   * The trust domains whose certificates servers accept: the mesh's own, and those whose roots the mesh configuration brings
   * (istio/istio#43536); undefined if servers do not look at it, or no mesh configuration says.
   */
  public get acceptedTrustDomains(): ReadonlySet<string> | undefined {
    if (this.trustDomains.length === 0 || this.cluster.meshSettings.skipsTrustDomainCheck) return undefined;
    return this.once('acceptedTrustDomains', () => {
      const authorities = this.installations.flatMap(({ meshConfig }) => listAt(meshConfig, 'caCertificates'));
      return new Set([...this.trustDomains, ...authorities.flatMap((ca) => scalarTextsAt(ca, 'trustDomains'))]);
    });
  }

  /** Namespace whose policies apply to the whole mesh. */
  public get rootNamespace(): string {
    return this.cluster.meshSettings.rootNamespace;
  }

  /** The settings of the mesh's installation for identities and access. */
  public get meshSettings(): MeshSettings {
    return this.cluster.meshSettings;
  }

  /** The external authorizers in the mesh's installation. */
  public get authorizers(): Pick<MeshSettings, 'extensionProviders' | 'severalAuthorizers'> {
    return this.cluster.meshSettings;
  }

  public get authorizationPolicies(): readonly AuthorizationPolicy[] {
    return this.once('authorizationPolicies', () =>
      this.manifests.ofKind('AuthorizationPolicy', ISTIO_SECURITY).map(toAuthorizationPolicy),
    );
  }

  /** Every list of values in the AuthorizationPolicies, by name. */
  public get policyFields(): PolicyFieldIndex {
    return this.once('policyFields', () => new PolicyFieldIndex(this.authorizationPolicies));
  }

  /** Pods that an AuthorizationPolicy or a RequestAuthentication applies to. */
  public scopeOf(policy: Manifest): readonly Workload[] {
    const { authorizationPolicies, requestAuthentications } = this.cluster;
    return (policy.kind === 'RequestAuthentication' ? requestAuthentications : authorizationPolicies).podsOf(policy);
  }

  public get peerAuthentications(): readonly MtlsPolicy[] {
    return this.mtlsModes.all;
  }

  /** The AuthorizationPolicies that apply to a pod. */
  public policiesOf(pod: Workload): readonly Manifest[] {
    return this.cluster.authorizationPolicies.policiesOf(pod);
  }

  /** Whether a RequestAuthentication applies to a pod. */
  public checksTokens(pod: Workload): boolean {
    return this.cluster.requestAuthentications.policiesOf(pod).length > 0;
  }

  /** The pods of gateways, those that an installer or istiod makes among them. */
  public get gateways(): readonly Workload[] {
    return this.once('gateways', () => [
      ...this.workloads.filter(isGateway),
      ...this.installedGateways.map(({ workload }) => workload),
    ]);
  }

  /** What Gateways make of the ports of a gateway's pods. */
  public gatewayServersOf(pod: Workload): readonly GatewayServer[] {
    return this.cluster.gatewayServers.of(pod);
  }

  /** What the Gateways among the manifests listen for. */
  public get gatewayServers(): GatewayServers {
    return this.cluster.gatewayServers;
  }

  /** Labels of a namespace; undefined if it is not in the manifests. */
  public namespaceLabels(name: string): Readonly<Record<string, string>> | undefined {
    return this.cluster.namespaceLabels(name);
  }

  /** Gateways that an installer or istiod creates, so that no manifest contains them. */
  public get installedGateways(): readonly InstalledGateway[] {
    return this.cluster.installedGateways;
  }

  /** What servers accept, by all PeerAuthentications together. */
  public get mtlsModes(): PeerAuthentications {
    return this.cluster.peerAuthentications;
  }

  /** What DestinationRules say about the TLS of clients. */
  public get tlsSettings(): readonly TlsSetting[] {
    return this.cluster.tlsSettings;
  }

  public get tbotConfigs(): readonly TbotConfig[] {
    return this.cluster.tbotConfigs;
  }

  public get tbotWorkloads(): readonly TbotWorkload[] {
    return this.cluster.tbotWorkloads;
  }

  public get teleport(): TeleportResources {
    return this.once('teleport', () => findTeleportResources(this.manifests));
  }

  /** The workloads to which Teleport issues the mesh's identities. */
  public get issued(): TeleportIdentities {
    return this.cluster.teleportIdentities;
  }

  /** Whether the mesh has clusters beside the one that the manifests are of: an installation with a network is one of several. */
  public get hasOtherClusters(): boolean {
    return this.installations.some(({ values }) => textAt(values, ...NETWORK_VALUE) !== undefined);
  }

  /** What the AuthorizationPolicies do to the callers and ports there are. */
  public get ruleUses(): readonly RuleUse[] {
    return this.once('ruleUses', () => ruleUses(this.evaluator, { complete: this.complete }));
  }

  /** The evaluator of the same manifests, for rules about requests with a known sender. */
  public get evaluator(): MeshModel {
    return MeshModel.from(this.manifests, { target: this.target });
  }

  /** Whether anything among the manifests is Istio's: an object, an installation, or what asks for a proxy. */
  public get concernsIstio(): boolean {
    return this.once('concernsIstio', () =>
      this.manifests.all.some(
        ({ shape, apiVersion, body }) =>
          (shape !== 'kubernetes' && shape !== 'teleport' && shape !== 'tbot-config') ||
          /\.istio\.io\//.test(apiVersion) ||
          Object.keys({ ...textsAt(body, 'metadata', 'labels'), ...textsAt(body, 'metadata', 'annotations') }).some(
            (key) => /^istio-injection$|(?:^|\.)istio\.io\//.test(key),
          ),
      ),
    );
  }

  /** Whether the manifests make Istio take identities from a Workload API socket. */
  public get usesWorkloadApi(): boolean {
    return this.once(
      'usesWorkloadApi',
      () =>
        this.injector.templates.some(({ isOverlay }) => isOverlay) ||
        this.installations.some(({ socketFile }) => socketFile !== undefined) ||
        this.workloads.some((workload) => this.isInjected(workload) === true && this.isEnrolled(workload) === true),
    );
  }

  /** Whether Istio injects a proxy into the pods; undefined if the manifests do not state it. */
  public isInjected(workload: Workload): boolean | undefined {
    if (!this.injected.has(workload)) this.injected.set(workload, this.findInjected(workload));
    return this.injected.get(workload);
  }

  private findInjected(workload: Workload): boolean | undefined {
    if (hasOwnProxy(workload)) return true;
    const { kind } = this.injectionOf(workload);
    // Templates of one's own may bring none.
    if (kind !== 'refused' && this.cluster.proxyOf(workload, this.target).kind === 'none') return false;
    // Whoever chooses templates counts on a proxy, and no namespace among the manifests says otherwise.
    if (kind === 'unknown') return workload.annotations[TEMPLATES_ANNOTATION] === undefined ? undefined : true;
    return kind === 'injected' || kind === 'refused';
  }

  /** What the injector does with a workload's pods. */
  public injectionOf(workload: Workload): Injection {
    return this.cluster.injectionOf(workload, this.target);
  }

  /** The socket files that proxies look for, and those that tbot creates. */
  public get socketFiles(): SocketFiles {
    return this.cluster.socketFiles;
  }

  /** Whether a workload's pods have a proxy, and whose certificate it has. */
  public proxyOf(workload: Workload): PodProxy {
    return this.cluster.proxyOf(workload, this.target);
  }

  /** Templates of the pods; undefined if the manifests do not state them. */
  public templatesOf(workload: Workload): readonly string[] | undefined {
    return templatesOf(workload, this.injector);
  }

  /** Whether the pods' proxies get the Workload API socket; undefined if the manifests do not state it. */
  public isEnrolled(workload: Workload): boolean | undefined {
    if (!this.enrolled.has(workload)) this.enrolled.set(workload, this.findEnrolled(workload));
    return this.enrolled.get(workload);
  }

  private findEnrolled(workload: Workload): boolean | undefined {
    if (workload.volumes.some(isSocketSource)) return true;
    const { kind } = this.injectionOf(workload);
    if (hasOwnProxy(workload) && (kind === 'not-called' || kind === 'untouched')) return false;
    const names = this.templatesOf(workload);
    if (names === undefined) return undefined;
    return names.some((name) => {
      const template = this.injector.byName.get(name);
      return template ? template.isOverlay : !STOCK_TEMPLATES.has(name) && this.injector.templates.length === 0;
    });
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.cache.has(name)) this.cache.set(name, make());
    return this.cache.get(name) as T;
  }
}
