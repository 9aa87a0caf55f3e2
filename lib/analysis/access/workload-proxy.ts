import type { Cluster } from '../../model/cluster/cluster';
import type { CertificateAuthority, PodProxy } from '../../model/cluster/pod-proxy';
import type { Workload } from '../../model/cluster/workload';
import type { TeleportIdentity } from '../../model/teleport/teleport-identities';
import { TLS_MODE_LABEL } from '../../upstream/istio/injection';
import type { Target } from '../../upstream/releases/target';
import { identityUri, istioPath } from '../../upstream/spiffe/identity-uri';

/** The proxy beside a workload and the identity it presents, or why there is none. */
export type WorkloadProxy =
  | {
      /** A proxy that the injector adds, or that is in the manifest. */
      readonly kind: 'sidecar' | 'gateway';
      /** Its SPIFFE ID; undefined if the manifests do not state it. */
      readonly identity: string | undefined;
      readonly authority: CertificateAuthority;
      /** Teleport's answer for the workload; undefined if another authority signs, or if it is unknown. */
      readonly teleport: TeleportIdentity | undefined;
      /** Whether its pod's label announces to other proxies that it accepts mutual TLS. */
      readonly announcesMtls: boolean;
      readonly assumptions: readonly string[];
    }
  | {
      /** A proxy that waits without end for an identity Teleport does not issue: the pod never becomes ready. */
      readonly kind: 'without-identity';
      readonly teleport: TeleportIdentity;
      readonly assumptions: readonly string[];
    }
  | {
      /** No such pod ever runs: the injector or the API server rejects it, or its agent exits. */
      readonly kind: 'not-running';
      /** Why, as a clause. */
      readonly because: string;
      readonly assumptions: readonly string[];
    }
  | {
      /** Traffic goes through ztunnel, which this evaluator does not know. */
      readonly kind: 'ambient';
      readonly assumptions: readonly string[];
    }
  | {
      /**
       * Something other than Envoy may enforce policies, or policies that are not in the manifests may apply: this
       * evaluator does not know.
       */
      readonly kind: 'not-envoy';
      /** What it is, as a clause. */
      readonly because: string;
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
  public constructor(
    private readonly cluster: Cluster,
    private readonly target: Target,
  ) {}

  /** The proxy of a workload's pods. */
  public proxyOf(workload: Workload): WorkloadProxy {
    const proxy = this.cluster.proxyOf(workload, this.target);
    if (!('authority' in proxy)) return proxy;
    const { because, assumed } = this.discoveryOf(workload);
    const assumptions = assumed.length === 0 ? proxy.assumptions : [...proxy.assumptions, ...assumed];
    return because === undefined
      ? this.withIdentity(workload, { ...proxy, assumptions })
      : { kind: 'not-envoy', because, assumptions };
  }

  /** What a proxy gets from istiod lacks the policies of namespaces that istiod does not look at: its own, and those of the whole mesh. */
  private discoveryOf({ namespace }: Workload): {
    readonly because?: string;
    readonly assumed: readonly string[];
  } {
    const { discovery, meshSettings } = this.cluster;
    const assumed: string[] = [];
    for (const one of new Set([namespace, meshSettings.rootNamespace])) {
      const isSeen = discovery.includes(one);
      if (isSeen === true) continue;
      const matters = this.cluster.configuredNamespaces.has(one);
      if (one !== namespace && !matters) continue;
      if (isSeen === false) {
        const effect = 'its policies are not applied, and its Services are unknown to proxies';
        const why = `istiod ignores namespace ${one}, which no entry of meshConfig.discoverySelectors selects`;
        return { because: `${why}: ${effect}`, assumed };
      }
      const unknown = `meshConfig.discoverySelectors select namespaces by label, and the labels of namespace ${one} are unknown`;
      if (matters) return { because: `${unknown}: add the Namespace`, assumed };
      assumed.push(`istiod watches namespace ${one}: ${unknown}`);
    }
    return { assumed };
  }

  private withIdentity(
    workload: Workload,
    { kind, authority, assumptions }: Extract<PodProxy, { kind: 'sidecar' | 'gateway' }>,
  ): WorkloadProxy {
    const teleport = authority === 'istiod' ? undefined : this.cluster.teleportIdentities.identityOf(workload);
    if (authority === 'workload-api' && teleport?.issued === false)
      return { kind: 'without-identity', teleport, assumptions };
    const isOpen = teleport !== undefined && teleport.issued !== true;
    const assumed = `Teleport’s rules in ${teleport?.decidedBy.name} allow the workload, although they could not be read completely`;
    const path = teleport === undefined ? istioPath(workload.namespace, workload.serviceAccount) : teleport.path;
    const trustDomain =
      authority === 'workload-api' ? this.cluster.teleportTrustDomain : this.cluster.meshSettings.trustDomain;
    return {
      kind,
      identity: path === undefined ? undefined : identityUri(trustDomain, path),
      authority,
      teleport,
      announcesMtls: announcesMtls(workload, kind),
      assumptions: isOpen ? [...assumptions, assumed] : assumptions,
    };
  }
}

/** The `sidecar` template sets the label to `istio`, `gateway` does not; the pod's own label wins. */
function announcesMtls({ labels }: Workload, kind: 'sidecar' | 'gateway'): boolean {
  return (labels[TLS_MODE_LABEL] ?? (kind === 'sidecar' ? 'istio' : '')) === 'istio';
}
