import { isObject, listAt, type Manifest, type ManifestSet, textAt, textsAt } from '../manifests';
import type { MeshSettings } from './mesh-settings';
import type { TeleportIdentities, TeleportIdentity } from './teleport-identities';
import { NO, YES } from './truth';
import type { Workload } from './workload';

/** Who signs the certificate a proxy presents; `unknown` counts as the same for everybody. */
export type CertificateAuthority = 'workload-api' | 'istiod' | 'unknown';

/** The proxy beside a workload and the identity it presents, or why there is none. */
export type WorkloadProxy =
  | {
      /** A proxy the injector adds, or one that stands in the manifest. */
      readonly kind: 'sidecar' | 'gateway';
      /** Its SPIFFE ID; undefined if the manifests do not tell it. */
      readonly identity: string | undefined;
      readonly authority: CertificateAuthority;
      /** What Teleport says about the workload; undefined if another authority signs, or nothing is known. */
      readonly teleport: TeleportIdentity | undefined;
      /** Whether other proxies know from its pod's label that it speaks mutual TLS. */
      readonly announcesMtls: boolean;
      readonly assumptions: readonly string[];
    }
  | {
      /** A proxy that waits for ever for an identity Teleport does not issue: the pod never becomes ready. */
      readonly kind: 'without-identity';
      readonly teleport: TeleportIdentity;
      readonly assumptions: readonly string[];
    }
  | {
      /** Traffic goes through ztunnel, which this evaluator does not know. */
      readonly kind: 'ambient';
      readonly assumptions: readonly string[];
    }
  | {
      /** No proxy: plain text in and out, and no policy is enforced. */
      readonly kind: 'none';
      /** Why the injector leaves the pod alone, as a clause. */
      readonly because: string;
      readonly assumptions: readonly string[];
    };

/** Namespaces the injector never touches (istio/istio pkg/kube/inject/inject.go `IgnoredNamespaces`). */
const IGNORED_NAMESPACES: ReadonlySet<string> = new Set([
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
]);

const STOCK_TEMPLATES: ReadonlySet<string> = new Set(['sidecar', 'gateway', 'grpc-agent']);

/** Volume that every stock template mounts where Istio's agent looks for a Workload API. */
const SOCKET_VOLUME = 'workload-socket';

/** Works out for any workload whether it has a proxy, and what certificate that presents. */
export class ProxyFinder {
  private readonly templates: ReadonlyMap<string, Manifest>;
  private readonly namespaces: ReadonlyMap<string, Manifest>;

  public constructor(
    manifests: ManifestSet,
    private readonly settings: MeshSettings,
    private readonly teleport: TeleportIdentities,
  ) {
    this.templates = new Map(manifests.ofKind('InjectionTemplate').map((template) => [template.name, template]));
    this.namespaces = new Map(manifests.ofKind('Namespace', '').map((namespace) => [namespace.name, namespace]));
  }

  /** The proxy of a workload's pods. */
  public proxyOf(workload: Workload): WorkloadProxy {
    const assumptions: string[] = [];
    const namespace = textsAt(this.namespaces.get(workload.namespace)?.body, 'metadata', 'labels');
    const dataplane = workload.labels['istio.io/dataplane-mode'] ?? namespace['istio.io/dataplane-mode'];
    if (hasProxyContainer(workload)) return this.withProxy(workload, 'sidecar', [], assumptions);
    const refused = this.notInjected(workload, namespace, assumptions);
    if (refused === undefined) {
      const templates = this.templatesOf(workload, assumptions);
      return this.withProxy(workload, templates.includes('gateway') ? 'gateway' : 'sidecar', templates, assumptions);
    }
    if (dataplane === 'ambient') return { kind: 'ambient', assumptions };
    return { kind: 'none', because: refused, assumptions };
  }

  /** Why the injector leaves a pod alone; undefined if it does not (istio/istio pkg/kube/inject/inject.go `injectRequired`). */
  private notInjected(
    { namespace, podSpec, labels, annotations }: Workload,
    namespaceLabels: Readonly<Record<string, string>>,
    assumptions: string[],
  ): string | undefined {
    if (podSpec.hostNetwork === true) return 'its pods use the host network';
    if (IGNORED_NAMESPACES.has(namespace)) return `the injector ignores namespace ${namespace}`;
    const label = labels['sidecar.istio.io/inject'];
    const said = label ?? annotations['sidecar.istio.io/inject'];
    if (namespaceLabels['istio-injection'] === 'disabled') return 'its namespace has istio-injection: disabled';
    if (said === 'false') return 'its pods have sidecar.istio.io/inject: "false"';
    if (namespaceLabels['istio-injection'] === 'enabled' || namespaceLabels['istio.io/rev'] !== undefined)
      return undefined;
    // Without a namespace label the webhook is only called for pods with a label; it never sees an annotation.
    if (label === 'true' || labels['istio.io/rev'] !== undefined) return undefined;
    if (this.settings.injectsUnlabelledNamespaces) return undefined;
    if (this.namespaces.has(namespace)) return `namespace ${namespace} has no injection label`;
    assumptions.push(`namespace ${namespace} is not among the manifests; it is taken to be enrolled in the mesh`);
    return undefined;
  }

  private templatesOf({ annotations }: Workload, assumptions: string[]): readonly string[] {
    const named = annotations['inject.istio.io/templates'];
    if (named !== undefined) return named.split(',').map((name) => name.trim());
    if (this.settings.defaultTemplates !== undefined) return this.settings.defaultTemplates;
    assumptions.push(
      'the injector’s configuration is not among the manifests; proxies are taken to have one common authority',
    );
    return ['sidecar', ''];
  }

  private withProxy(
    workload: Workload,
    kind: 'sidecar' | 'gateway',
    templates: readonly string[],
    assumptions: string[],
  ): WorkloadProxy {
    const authority = this.authorityOf(workload, templates);
    const teleport = authority === 'istiod' ? undefined : this.teleport.identityOf(workload);
    if (authority === 'workload-api' && teleport?.issued === NO)
      return { kind: 'without-identity', teleport, assumptions };
    if (teleport !== undefined && teleport.issued !== YES) {
      assumptions.push(
        `Teleport’s rules in ${teleport.decidedBy.name} could not be read to the end; they are taken to allow the workload`,
      );
    }
    const istioPath = `/ns/${workload.namespace}/sa/${workload.serviceAccount}`;
    const path = teleport === undefined ? istioPath : teleport.path;
    return {
      kind,
      identity: path === undefined ? undefined : `spiffe://${this.settings.trustDomain}${path}`,
      authority,
      teleport,
      announcesMtls: announcesMtls(workload, kind),
      assumptions,
    };
  }

  private authorityOf(workload: Workload, templates: readonly string[]): CertificateAuthority {
    if (listAt(workload.podSpec, 'volumes').some(isWorkloadApiVolume)) return 'workload-api';
    const chosen = templates.map((name) => this.templates.get(name));
    if (chosen.some((template) => listAt(template?.body, 'spec', 'volumes').some(isWorkloadApiVolume)))
      return 'workload-api';
    const unknown = templates.some((name) => !STOCK_TEMPLATES.has(name) && !this.templates.has(name));
    return unknown ? 'unknown' : 'istiod';
  }
}

function hasProxyContainer({ podSpec }: Workload): boolean {
  return [...listAt(podSpec, 'containers'), ...listAt(podSpec, 'initContainers')].some(
    (container) => textAt(container, 'name') === 'istio-proxy' && textAt(container, 'image') !== 'auto',
  );
}

function isWorkloadApiVolume(volume: Parameters<typeof textAt>[0]): boolean {
  const source = isObject(volume) && (isObject(volume.csi) || isObject(volume.hostPath));
  return source && textAt(volume, 'name') === SOCKET_VOLUME;
}

/** The `sidecar` template sets the label to `istio`, `gateway` does not; the pod's own label wins. */
function announcesMtls({ labels }: Workload, kind: 'sidecar' | 'gateway'): boolean {
  return (labels['security.istio.io/tlsMode'] ?? (kind === 'sidecar' ? 'istio' : '')) === 'istio';
}
