import { type Manifest, type ManifestSet, textAt, textsAt } from '../../manifests';
import { type Target, Version } from '../../target';
import { type AuthorizationPolicy, toAuthorizationPolicy } from './authorization-policy';
import {
  findInjectorSettings,
  type InjectorSettings,
  isSocketSource,
  STOCK_TEMPLATES,
  TEMPLATES_ANNOTATION,
  templateNames,
} from './injection-template';
import { LabelIndex } from './label-index';
import { findInstallValues, findMeshSettings, type InstallValues, type MeshSettings } from './mesh-settings';
import { type PeerAuthentication, toPeerAuthentication } from './peer-authentication';
import { type Service, type ServicePort, toService } from './service';
import { type TbotConfig, toTbotConfig } from './tbot-config';
import { findTeleportResources, type TeleportResources } from './teleport-resources';
import { toWorkload, WORKLOAD_KINDS, type Workload } from './workload';

/** Namespaces Istio never injects into (istio/istio pkg/kube/inject/inject.go). */
const NEVER_INJECTED: ReadonlySet<string> = new Set([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'],
]);

/** tbot's image, under whatever registry. */
const TBOT_IMAGE = /(?:^|\/)tbot(?:-distroless|-fips-distroless|-fips)?(?:[:@]|$)/;

/** A pod that runs tbot, with the configurations among the manifests that it mounts. */
export interface TbotWorkload {
  readonly workload: Workload;
  /** Index of the container among the pod's. */
  readonly container: Workload['containers'][number];
  readonly configs: readonly TbotConfig[];
  /** The release its image's tag names; undefined for `latest`, `18` and bare digests. */
  readonly release: Version | undefined;
}

/** A port of a pod as some Service sees it. */
export interface WorkloadPort {
  readonly service: Service;
  readonly port: ServicePort;
  /** Number of the port in the pod; undefined if it is named and no container has that name. */
  readonly target: number | undefined;
}

/**
 * Everything rules look things up in, read once and only when first asked for. Rules never search: what they need is
 * an index here, so that the cost of a rule is in proportion to what it looks at.
 */
export class CheckContext {
  private readonly cache = new Map<string, unknown>();
  private readonly injected = new Map<Workload, boolean | undefined>();
  private readonly templateLists = new Map<string, readonly string[]>();
  private readonly scopes = new Map<AuthorizationPolicy, readonly Workload[]>();

  public constructor(
    public readonly manifests: ManifestSet,
    public readonly target: Target,
    /** Whether what is not among the manifests does not exist. */
    public readonly complete: boolean,
  ) {}

  public get workloads(): readonly Workload[] {
    return this.once('workloads', () =>
      this.manifests.all.flatMap((manifest) => {
        const workload = WORKLOAD_KINDS.includes(manifest.kind) ? toWorkload(manifest) : undefined;
        return workload ? [workload] : [];
      }),
    );
  }

  public get workloadIndex(): LabelIndex<Workload> {
    return this.once('workloadIndex', () => new LabelIndex(this.workloads));
  }

  public get services(): readonly Service[] {
    return this.once('services', () => this.manifests.ofKind('Service', '').map(toService));
  }

  /** Workloads behind a Service. */
  public workloadsOf(service: Service): readonly Workload[] {
    return Object.keys(service.selector).length === 0
      ? []
      : this.workloadIndex.select(service.selector, service.namespace);
  }

  /** Ports of a workload that Services expose. */
  public portsOf(workload: Workload): readonly WorkloadPort[] {
    return this.once('portsByWorkload', () => this.findPorts()).get(workload) ?? [];
  }

  public get meshSettings(): readonly MeshSettings[] {
    return this.once('meshSettings', () => findMeshSettings(this.manifests));
  }

  public get installValues(): readonly InstallValues[] {
    return this.once('installValues', () => findInstallValues(this.manifests));
  }

  public get injector(): InjectorSettings {
    return this.once('injector', () => findInjectorSettings(this.manifests, this.installValues));
  }

  /** The mesh's trust domain and its aliases; empty if no mesh configuration says so. */
  public get trustDomains(): readonly string[] {
    return this.once('trustDomains', () => [
      ...new Set(
        this.meshSettings.flatMap(({ trustDomain, trustDomainAliases }) =>
          trustDomain === undefined ? [] : [trustDomain, ...trustDomainAliases],
        ),
      ),
    ]);
  }

  /** Namespace whose policies are for the whole mesh. */
  public get rootNamespace(): string {
    return this.once('rootNamespace', () => {
      const named = this.meshSettings.map(({ body }) => textAt(body, 'rootNamespace'));
      const istio = this.installValues.map(({ body }) => textAt(body, 'global', 'istioNamespace'));
      return [...named, ...istio].find((namespace) => namespace !== undefined && namespace !== '') ?? 'istio-system';
    });
  }

  public get authorizationPolicies(): readonly AuthorizationPolicy[] {
    return this.once('authorizationPolicies', () =>
      this.manifests.ofKind('AuthorizationPolicy', 'security.istio.io').map(toAuthorizationPolicy),
    );
  }

  /** Pods a policy is for; a policy for gateways or waypoints has none. */
  public scopeOf(policy: AuthorizationPolicy): readonly Workload[] {
    let scope = this.scopes.get(policy);
    if (!scope) {
      const { hasTargets, namespace, selector } = policy;
      const where = namespace === this.rootNamespace ? undefined : namespace;
      scope = hasTargets ? [] : this.workloadIndex.select(selector, where);
      this.scopes.set(policy, scope);
    }
    return scope;
  }

  public get peerAuthentications(): readonly PeerAuthentication[] {
    return this.once('peerAuthentications', () =>
      this.manifests.ofKind('PeerAuthentication', 'security.istio.io').map(toPeerAuthentication),
    );
  }

  public get tbotConfigs(): readonly TbotConfig[] {
    return this.once('tbotConfigs', () => this.manifests.ofKind('TbotConfig').map(toTbotConfig));
  }

  public get tbotWorkloads(): readonly TbotWorkload[] {
    return this.once('tbotWorkloads', () => this.findTbotWorkloads());
  }

  public get teleport(): TeleportResources {
    return this.once('teleport', () => findTeleportResources(this.manifests));
  }

  /** Whether the manifests make Istio take identities from a Workload API socket. */
  public get usesWorkloadApi(): boolean {
    return this.once(
      'usesWorkloadApi',
      () =>
        this.injector.templates.some(({ isOverlay }) => isOverlay) ||
        this.meshSettings.some(({ proxyMetadata }) => proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE !== undefined) ||
        this.workloads.some((workload) => this.isInjected(workload) === true && this.isEnrolled(workload) === true),
    );
  }

  /** Whether Istio puts a proxy into the pods; undefined if the manifests do not tell. */
  public isInjected(workload: Workload): boolean | undefined {
    if (!this.injected.has(workload)) this.injected.set(workload, this.findInjected(workload));
    return this.injected.get(workload);
  }

  private findInjected(workload: Workload): boolean | undefined {
    if (workload.podSpec.hostNetwork === true || NEVER_INJECTED.has(workload.namespace)) return false;
    const own = workload.labels['sidecar.istio.io/inject'] ?? workload.annotations['sidecar.istio.io/inject'];
    if (own !== undefined) return own === 'true';
    const namespace = this.manifests.find('Namespace', undefined, workload.namespace);
    if (namespace !== undefined) return labelsInject(namespace);
    return workload.annotations[TEMPLATES_ANNOTATION] === undefined ? undefined : true;
  }

  /** Templates the pods are made with; undefined if the manifests do not tell. */
  public templatesOf(workload: Workload): readonly string[] | undefined {
    const annotation = workload.annotations[TEMPLATES_ANNOTATION];
    if (annotation === undefined) return this.injector.defaultTemplates;
    let names = this.templateLists.get(annotation);
    if (!names) {
      names = templateNames(annotation);
      this.templateLists.set(annotation, names);
    }
    return names;
  }

  /** Whether the pods' proxies get the Workload API socket; undefined if the manifests do not tell. */
  public isEnrolled(workload: Workload): boolean | undefined {
    if (workload.volumes.some(isSocketSource)) return true;
    const names = this.templatesOf(workload);
    if (names === undefined) return undefined;
    return names.some((name) => {
      const template = this.injector.byName.get(name);
      return template ? template.isOverlay : !STOCK_TEMPLATES.has(name) && this.injector.templates.length === 0;
    });
  }

  private findPorts(): ReadonlyMap<Workload, readonly WorkloadPort[]> {
    const byWorkload = new Map<Workload, WorkloadPort[]>();
    for (const service of this.services) {
      for (const workload of this.workloadsOf(service)) {
        const ports = service.ports.map((port) => ({ service, port, target: targetNumber(workload, port.target) }));
        byWorkload.set(workload, [...(byWorkload.get(workload) ?? []), ...ports]);
      }
    }
    return byWorkload;
  }

  private findTbotWorkloads(): readonly TbotWorkload[] {
    const configsOf = new Map<Manifest, TbotConfig[]>();
    for (const config of this.tbotConfigs) {
      const container = config.manifest.container?.manifest;
      if (container) configsOf.set(container, [...(configsOf.get(container) ?? []), config]);
    }
    return this.workloads.flatMap((workload) => {
      const container = [...workload.containers, ...workload.initContainers].find(({ image }) =>
        TBOT_IMAGE.test(image),
      );
      if (!container) return [];
      const configs = workload.volumes.flatMap(({ body }) => {
        const name = textAt(body, 'configMap', 'name') ?? '';
        const configMap = this.manifests.find('ConfigMap', workload.manifest.namespace, name);
        return (configMap && configsOf.get(configMap)) ?? [];
      });
      return [{ workload, container, configs, release: releaseOf(container.image) }];
    });
  }

  private once<T>(name: string, make: () => T): T {
    if (!this.cache.has(name)) this.cache.set(name, make());
    return this.cache.get(name) as T;
  }
}

function labelsInject(namespace: Manifest): boolean {
  const labels = textsAt(namespace.body, 'metadata', 'labels');
  if (labels['istio-injection'] !== undefined) return labels['istio-injection'] === 'enabled';
  return labels['istio.io/rev'] !== undefined;
}

function targetNumber(workload: Workload, target: number | string): number | undefined {
  if (typeof target === 'number') return target;
  for (const { body } of [...workload.containers, ...workload.initContainers]) {
    const ports = Array.isArray(body.ports) ? body.ports : [];
    const port = ports.find((one) => textAt(one, 'name') === target);
    if (port !== undefined && typeof port.containerPort === 'number') return port.containerPort;
  }
  return undefined;
}

function releaseOf(image: string): Version | undefined {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  return /^v?\d+\.\d+\.\d+/.test(tag) ? Version.tryParse(tag) : undefined;
}
