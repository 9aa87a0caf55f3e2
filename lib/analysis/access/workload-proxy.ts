import type { Cluster } from '../../model/cluster/cluster';
import { hasOwnProxy } from '../../model/cluster/injection';
import { isSocketSource } from '../../model/cluster/injection-template';
import type { Workload } from '../../model/cluster/workload';
import type { TeleportIdentity } from '../../model/teleport/teleport-identities';
import {
  DATAPLANE_MODE_LABEL,
  DEFAULT_TEMPLATE,
  GATEWAY_TEMPLATE,
  STOCK_TEMPLATES,
  TEMPLATES_ANNOTATION,
  TLS_MODE_LABEL,
  templateNames,
} from '../../upstream/istio/injection';

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

/** Works out for any workload whether it has a proxy, and what certificate that presents. */
export class ProxyFinder {
  public constructor(private readonly cluster: Cluster) {}

  /** The proxy of a workload's pods. */
  public proxyOf(workload: Workload): WorkloadProxy {
    const assumptions: string[] = [];
    if (hasOwnProxy(workload)) return this.withProxy(workload, 'sidecar', [], assumptions);
    const injection = this.cluster.injectionOf(workload);
    if (injection.injected === undefined) {
      assumptions.push(
        `namespace ${workload.namespace} is not among the manifests; it is taken to be enrolled in the mesh`,
      );
    }
    if (injection.injected !== false) {
      const templates = this.templatesOf(workload, assumptions);
      return this.withProxy(
        workload,
        templates.includes(GATEWAY_TEMPLATE) ? 'gateway' : 'sidecar',
        templates,
        assumptions,
      );
    }
    const dataplane =
      workload.labels[DATAPLANE_MODE_LABEL] ?? this.cluster.namespaceLabels(workload.namespace)?.[DATAPLANE_MODE_LABEL];
    if (dataplane === 'ambient') return { kind: 'ambient', assumptions };
    return { kind: 'none', because: injection.because, assumptions };
  }

  private templatesOf({ annotations }: Workload, assumptions: string[]): readonly string[] {
    const named = annotations[TEMPLATES_ANNOTATION];
    if (named !== undefined) return templateNames(named);
    if (this.cluster.injector.defaultTemplates !== undefined) return this.cluster.injector.defaultTemplates;
    assumptions.push(
      'the injector’s configuration is not among the manifests; proxies are taken to have one common authority',
    );
    return [DEFAULT_TEMPLATE, ''];
  }

  private withProxy(
    workload: Workload,
    kind: 'sidecar' | 'gateway',
    templates: readonly string[],
    assumptions: string[],
  ): WorkloadProxy {
    const authority = this.authorityOf(workload, templates);
    const teleport = authority === 'istiod' ? undefined : this.cluster.teleportIdentities.identityOf(workload);
    if (authority === 'workload-api' && teleport?.issued === false)
      return { kind: 'without-identity', teleport, assumptions };
    if (teleport !== undefined && teleport.issued !== true) {
      assumptions.push(
        `Teleport’s rules in ${teleport.decidedBy.name} could not be read to the end; they are taken to allow the workload`,
      );
    }
    const istioPath = `/ns/${workload.namespace}/sa/${workload.serviceAccount}`;
    const path = teleport === undefined ? istioPath : teleport.path;
    return {
      kind,
      identity: path === undefined ? undefined : `spiffe://${this.cluster.meshSettings.trustDomain}${path}`,
      authority,
      teleport,
      announcesMtls: announcesMtls(workload, kind),
      assumptions,
    };
  }

  private authorityOf({ volumes }: Workload, templates: readonly string[]): CertificateAuthority {
    const { byName } = this.cluster.injector;
    if (volumes.some(isSocketSource) || templates.some((name) => byName.get(name)?.isOverlay)) return 'workload-api';
    return templates.some((name) => !STOCK_TEMPLATES.has(name) && !byName.has(name)) ? 'unknown' : 'istiod';
  }
}

/** The `sidecar` template sets the label to `istio`, `gateway` does not; the pod's own label wins. */
function announcesMtls({ labels }: Workload, kind: 'sidecar' | 'gateway'): boolean {
  return (labels[TLS_MODE_LABEL] ?? (kind === 'sidecar' ? 'istio' : '')) === 'istio';
}
