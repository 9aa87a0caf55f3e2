import { type ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { NAMESPACE_INJECTION, NAMESPACE_INJECTION_LABEL } from '../../upstream/istio/injection';
import { checkNamespace } from '../../upstream/kubernetes/names';
import type { Target } from '../../upstream/releases/target';
import { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { DEFAULT_MESH_NAMESPACE } from '../../upstream/teleport/mesh-names';
import { MeshApp } from '../app/mesh-app';
import { SpiffeCsiDriver } from '../csi/spiffe-csi-driver';
import { EgressGatewayPolicies } from '../egress/egress-gateway-policies';
import { EgressScopes } from '../egress/egress-scopes';
import type { EnrolledWorkload } from '../enroll/enrolled-workload';
import { Enrollment, type EnrollOptions } from '../enroll/enrollment';
import type { EnrollableWorkload } from '../enroll/pod-template';
import { checkNotAmbient } from '../istio/installation/ambient';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import { InjectionOverlay } from '../istio/installation/injection-overlay';
import type { IstioInstallation } from '../istio/installation/istio-installation';
import { nativeSidecarsOf } from '../istio/installation/native-sidecars';
import { addConnectionDuration } from '../istio/traffic/connection-duration';
import { GatewayHosts } from '../service/gateway-hosts';
import type { IServiceMesh } from '../service/service-namespace';
import { KubeletTls } from '../tbot/kubelet-tls';
import { TbotDaemonSet } from '../tbot/tbot-daemon-set';
import type { JoinToken } from '../teleport/join-token';
import type { TeleportBot } from '../teleport/teleport-bot';
import type { TeleportCluster } from '../teleport/teleport-cluster';
import type { TeleportRole } from '../teleport/teleport-role';
import type { IstioWorkloadIdentity } from '../teleport/workload-identity';
import { hostPathNotice } from './host-path-socket';
import { checkCluster, checkIstioVersion, checkSameApp, refuseWithoutGateway, targetOf } from './mesh-checks';
import { addIstio } from './mesh-istio';
import { MeshTeleport } from './mesh-teleport';
import { type NamespaceOptions, namespaceLabels } from './namespace-labels';
import { NamespaceUses } from './namespace-uses';
import { NamespacesChart } from './namespaces-chart';
import { bypassNotice } from './notices';
import { checkAdmitsInjectedPods } from './pod-security';
import type { TeleportMeshProps } from './teleport-mesh-props';

/**
 * The platform of one cluster: Teleport's resources, tbot, the SPIFFE CSI driver and Istio's configuration, all derived
 * from the same values, so that they are always consistent.
 *
 * Writes its own chart, a chart with the namespaces, `teleport/teleport.yaml` and `istio/`.
 */
export class TeleportMesh extends Chart implements IServiceMesh {
  /** The Teleport cluster that issues the identities. */
  public readonly cluster: TeleportCluster;
  /** Releases that the output is for. */
  public readonly target: Target;
  /** The socket of the Workload API. */
  public readonly socket: WorkloadApiSocket;
  /** The injection template that mounts the socket into proxies. */
  public readonly overlay: InjectionOverlay;
  /** The identity that Teleport issues to the pods of the mesh's namespaces. */
  public readonly identity: IstioWorkloadIdentity;
  /** The role that lets the bot issue the identity. */
  public readonly role: TeleportRole;
  /** The bot that tbot joins as. */
  public readonly bot: TeleportBot;
  /** The token with which tbot joins. */
  public readonly token: JoinToken;
  /** The DaemonSet that runs tbot on every node. */
  public readonly tbot: TbotDaemonSet;
  /** The CSI driver on every node; undefined if pods mount the socket as a host path. */
  public readonly csiDriver: SpiffeCsiDriver | undefined;
  /** Istio's installation. */
  public readonly istio: IstioInstallation;
  /** The EnvoyFilter that limits the duration of connections; undefined if there is no limit. */
  public readonly connectionDuration: ApiObject | undefined;
  /**
   * Who is part of the mesh.
   *
   * @internal
   */
  public readonly enrollment: Enrollment;
  /**
   * Which service answers to which host at the gateways.
   *
   * @internal
   */
  public readonly gatewayHosts = new GatewayHosts();
  /**
   * Trust domains of the clients that gateways let in by their own certificates.
   *
   * @internal
   */
  public readonly clientTrustDomains = new Set<string>();
  /**
   * Which workloads know which hosts outside the mesh.
   *
   * @internal
   */
  public readonly egressScopes = new EgressScopes();

  private readonly atEgress: EgressGatewayPolicies | undefined;

  private readonly namespaces: NamespacesChart;
  private readonly uses: NamespaceUses;

  /** @throws InvalidInputError if a value is not valid or conflicts with another one; nothing has been written then */
  public constructor(scope: Construct, id: string, props: TeleportMeshProps) {
    super(scope, id);
    const app = MeshApp.of(this);
    checkCluster(this.node.path, props);
    const namespace = props.namespace ?? DEFAULT_MESH_NAMESPACE;
    checkNamespace(this.node.path, namespace);
    this.cluster = props.teleport;
    this.target = targetOf(this.node.path, props);
    app.useTarget(this.target);
    checkIstioVersion(this.node.path, this.target);
    this.socket = props.socket ?? WorkloadApiSocket.csi();
    this.overlay = InjectionOverlay.of(this.socket);
    this.enrollment = new Enrollment({
      trustDomain: this.cluster.trustDomain,
      overlay: this.overlay,
      nativeSidecars: nativeSidecarsOf(props.istio?.nativeSidecars, this.target),
    });

    const inTeleport = new MeshTeleport(namespace, props);
    this.identity = inTeleport.identity;
    this.role = inTeleport.role;
    this.bot = inTeleport.bot;
    this.token = inTeleport.token;
    this.uses = new NamespaceUses(this.identity);

    app.useCluster(() => inTeleport.appCluster(this.node.path));

    this.namespaces = NamespacesChart.in(scope, this.node.path);
    this.namespaces.add(this.node.path, namespace, { podSecurity: 'privileged' });
    this.tbot = this.addTbot(props);
    this.csiDriver = this.socket.delivery === 'csi' ? this.addCsiDriver(props, namespace) : undefined;
    this.istio = addIstio(app, props.istio ?? {}, {
      where: this.node.path,
      trustDomain: this.cluster.trustDomain,
      overlay: this.overlay,
      target: this.target,
      uses: this.uses,
      namespaces: this.namespaces,
      policies: () => this.policies,
    });
    inTeleport.addTo(app, this, this.target);
    this.atEgress = this.addEgressPolicies();
    const { maxConnectionDuration } = props;
    if (maxConnectionDuration !== undefined) {
      this.connectionDuration = addConnectionDuration(
        this.policies,
        'ConnectionDuration',
        this.istio.namespace,
        maxConnectionDuration,
      );
    }
    this.node.addValidation({ validate: () => this.uses.problems() });
    if (this.socket.delivery === 'hostPath') app.addNotice(hostPathNotice(this.socket));
    const bypassed = props.istio?.pathNormalization?.because;
    if (bypassed !== undefined) app.addNotice(bypassNotice(bypassed));
  }

  /**
   * The ingress gateway.
   *
   * @throws InvalidInputError if the mesh has none
   */
  public get ingressGateway(): IngressGateway {
    return this.istio.ingressGateway ?? refuseWithoutGateway(this.node.path, 'ingress');
  }

  /**
   * The egress gateway.
   *
   * @throws InvalidInputError if the mesh has none
   */
  public get egressGateway(): EgressGateway {
    return this.istio.egressGateway ?? refuseWithoutGateway(this.node.path, 'egress');
  }

  /** Whether proxies let workloads reach only known hosts. */
  public get egressIsClosed(): boolean {
    return this.istio.egress === 'registry-only';
  }

  /**
   * What stands at an egress gateway; undefined if the mesh does not install it.
   *
   * @internal
   */
  public egressPolicies(gateway: EgressGateway): EgressGatewayPolicies | undefined {
    return gateway === this.istio.egressGateway ? this.atEgress : undefined;
  }

  /** Namespaces whose pods all belong to the mesh, sorted. */
  public get injectedNamespaces(): readonly string[] {
    return this.uses.injectedNames;
  }

  /**
   * Adds a namespace that is injected, and lets Teleport issue identities to its pods.
   *
   * @returns the Namespace object
   * @throws InvalidInputError if Kubernetes would reject the name or a label, if the mesh already has the namespace, if
   * the Pod Security level forbids what injection adds to pods, or if the labels request ambient mode
   */
  public addNamespace(name: string, options: NamespaceOptions = {}): ApiObject {
    const where = `${this.node.path}/${name}`;
    const labels = namespaceLabels(options);
    checkNotAmbient(where, labels);
    checkAdmitsInjectedPods(where, labels, { socket: this.socket, cni: this.istio.cni });
    const namespace = this.namespaces.add(where, name, {
      ...options,
      labels: { ...options.labels, [NAMESPACE_INJECTION_LABEL]: NAMESPACE_INJECTION.on },
    });
    this.uses.addInjected(name);
    return namespace;
  }

  /**
   * Adds a namespace that holds the Services of other clusters' workloads, unless it is there: its pods get no sidecar and no
   * identity here.
   *
   * @internal
   */
  public ensureNamespaceOfOthers(name: string): void {
    this.uses.addOfOthers(name);
    if (!this.namespaces.has(name)) this.namespaces.add(`${this.node.path}/${name}`, name, {});
  }

  /**
   * Annotates every Namespace that the mesh writes, for an engine that applies them.
   *
   * @internal
   */
  public annotateNamespaces(annotations: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(annotations)) this.namespaces.annotate(key, value);
  }

  /**
   * Labels the namespaces of gateways, which a mesh does not write for itself.
   *
   * @internal
   */
  public labelGatewayNamespaces(key: string, value: string): void {
    for (const name of this.uses.gatewayNames)
      this.namespaces.ensureLabel(`${this.node.path}/${name}`, name, key, value);
  }

  /**
   * Enrolls a workload in the mesh: it gets a ServiceAccount, the injection label and the template annotation, and
   * Teleport may issue identities in its namespace.
   *
   * @throws InvalidInputError if the pods cannot get a sidecar, or if another workload has the same identity
   */
  public enroll(workload: EnrollableWorkload, options: EnrollOptions = {}): EnrolledWorkload {
    checkSameApp(this, workload);
    const enrolled = this.enrollment.enroll(workload, options);
    this.uses.addWorkload(enrolled.namespace);
    return enrolled;
  }

  /** Where the mesh's objects of Istio's kinds go: its own chart is applied before their definitions are there. */
  private get policies(): Chart {
    const id = `${this.node.id}-policies`;
    const scope = this.node.scope as Construct;
    return (scope.node.tryFindChild(id) as Chart | undefined) ?? new Chart(scope, id);
  }

  private addTbot({ tbot, kubelet }: TeleportMeshProps): TbotDaemonSet {
    const { version, ...options } = tbot ?? {};
    return new TbotDaemonSet(this, 'tbot', {
      ...options,
      token: this.token,
      identity: this.identity,
      socket: this.socket,
      kubelet: kubelet ?? KubeletTls.verify(),
      target: this.target,
    });
  }

  private addCsiDriver({ csiDriver }: TeleportMeshProps, namespace: string): SpiffeCsiDriver {
    const { version, ...options } = csiDriver ?? {};
    return new SpiffeCsiDriver(this, 'csi', { ...options, socket: this.socket, namespace, target: this.target });
  }

  private addEgressPolicies(): EgressGatewayPolicies | undefined {
    const { egressGateway } = this.istio;
    return egressGateway && new EgressGatewayPolicies(this.policies, 'Egress', egressGateway, this.target);
  }
}
