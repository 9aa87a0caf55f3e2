import { GATEWAY_CLASS_LABEL, GATEWAY_CLASSES } from '../../upstream/istio/gateway-classes';
import {
  DATAPLANE_MODE_LABEL,
  DEFAULT_TEMPLATE,
  GATEWAY_TEMPLATE,
  PROXY_CONTAINER,
} from '../../upstream/istio/injection';
import { DEFAULT_SOCKET_FILE } from '../../upstream/istio/proxy-volumes';
import type { Target } from '../../upstream/releases/target';
import { injectedPod, whyInvalid } from './injected-pod';
import { hasOwnProxy, type Injection, ownProxy, proxyOfTemplate } from './injection';
import { isSocketSource } from './injection-template';
import type { InjectorSettings } from './injector-settings';
import type { SocketFile, SocketFiles } from './socket-file';
import type { Workload } from './workload';

/** The authority that signs the certificate of a proxy; `unknown` counts as the same one for all proxies. */
export type CertificateAuthority = 'workload-api' | 'istiod' | 'unknown';

/** Whether a workload's pods have a proxy, and which authority issues its certificate. */
export type PodProxy =
  | {
      readonly kind: 'sidecar' | 'gateway';
      readonly authority: CertificateAuthority;
      /** Assumptions made where the manifests do not state a fact. */
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
      /** Traffic goes through ztunnel. */
      readonly kind: 'ambient';
      readonly assumptions: readonly string[];
    }
  | {
      /** Something other than Envoy may enforce policies. */
      readonly kind: 'not-envoy';
      /** What it is, as a clause. */
      readonly because: string;
      readonly assumptions: readonly string[];
    }
  | {
      /** No proxy enforces policies. */
      readonly kind: 'none';
      /** Why, as a clause. */
      readonly because: string;
      readonly assumptions: readonly string[];
    };

/** The facts about a cluster that this depends on. */
export interface ProxySurroundings {
  /** The settings of the injector. */
  readonly injector: InjectorSettings;
  /** The socket files that proxies look for, and those that tbot creates. */
  readonly socketFiles: SocketFiles;
  /** Labels of a namespace; undefined if it is not in the manifests. */
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  /** What the injector of a release does with a workload's pods. */
  injectionOf(workload: Workload, target: Target): Injection;
}

/** Determines whether a workload's pods have a proxy, and which authority issues its certificate. */
export function podProxy(cluster: ProxySurroundings, workload: Workload, target: Target): PodProxy {
  if (workload.kind === 'WorkloadEntry' || workload.kind === 'WorkloadGroup') {
    const because = 'the manifests do not say what runs on a machine outside Kubernetes';
    return { kind: 'not-envoy', because, assumptions: [] };
  }
  const gatewayClass = workload.labels[GATEWAY_CLASS_LABEL];
  if (gatewayClass !== undefined && GATEWAY_CLASSES.get(gatewayClass)?.hasEnvoy === false) {
    return { kind: 'not-envoy', because: `class ${gatewayClass} runs agentgateway`, assumptions: [] };
  }
  const injection = cluster.injectionOf(workload, target);
  if (injection.kind === 'refused') return notRunning(`the injector rejects its pods: ${injection.because}`);
  if (injection.kind === 'injected' || injection.kind === 'unknown') return injected(cluster, workload, injection);
  // A whole proxy in the manifest stands by itself where nobody injects another.
  if (hasOwnProxy(workload)) {
    const kind = isRouter(workload) ? 'gateway' : 'sidecar';
    const authority = workload.volumes.some(isSocketSource) ? 'workload-api' : 'istiod';
    return withSocket(cluster.socketFiles, cluster.socketFiles.ofWholeProxy(workload), workload, kind, authority, []);
  }
  const dataplane =
    workload.labels[DATAPLANE_MODE_LABEL] ?? cluster.namespaceLabels(workload.namespace)?.[DATAPLANE_MODE_LABEL];
  if (dataplane === 'ambient') return { kind: 'ambient', assumptions: [] };
  return { kind: 'none', because: injection.because, assumptions: [] };
}

function injected(
  cluster: ProxySurroundings,
  workload: Workload,
  injection: Extract<Injection, { kind: 'injected' | 'unknown' }>,
): PodProxy {
  const { injector } = cluster;
  const assumptions: string[] = [];
  if (injection.kind === 'unknown') {
    assumptions.push(
      `namespace ${workload.namespace} is not among the manifests; it is assumed to be enrolled in the mesh`,
    );
  }
  if (injection.templates === undefined) {
    assumptions.push(
      'the injector’s configuration is not among the manifests; all proxies are assumed to use the same certificate authority',
    );
  }
  const templates = injection.templates ?? [DEFAULT_TEMPLATE];
  const brought = templates.map((name) => proxyOfTemplate(name, injector));
  const isWhole = hasOwnProxy(workload) || brought.some((one) => one === undefined || one.hasEnvoy);
  if (isWhole && !hasOwnProxy(workload) && !brought.some((one) => one?.hasEnvoy)) {
    // What an overlay is called says nothing: alone it may bring no proxy at all.
    const because = `its injection templates (${templates.join(', ')}) are not among the manifests`;
    return { kind: 'not-envoy', because, assumptions };
  }
  if (!isWhole) {
    const names = templates.join(', ');
    if (brought.some((one) => one?.hasProxy)) {
      return { kind: 'not-envoy', because: `template ${names} runs Istio’s agent without Envoy`, assumptions };
    }
    if (ownProxy(workload) !== undefined) {
      return notRunning(`no template (${names}) gives its proxy an image in place of "auto"`, assumptions);
    }
    return { kind: 'none', because: `its injection templates (${names}) add no proxy`, assumptions };
  }
  const native = workload.initContainers.some(({ name }) => name === PROXY_CONTAINER);
  const pod = injectedPod(workload, templates, injector, native);
  const invalid = whyInvalid(pod);
  if (invalid !== undefined) return notRunning(`the API server rejects its pods: ${invalid}`, assumptions);
  const isEnrolled =
    workload.volumes.some(isSocketSource) || templates.some((name) => injector.byName.get(name)?.isOverlay);
  const isKnown = injection.templates !== undefined && !brought.includes(undefined);
  const authority = isEnrolled ? 'workload-api' : isKnown ? 'istiod' : 'unknown';
  const kind = templates.includes(GATEWAY_TEMPLATE) ? 'gateway' : 'sidecar';
  const { socketFiles } = cluster;
  const isTouched = brought.some((one) => one === undefined || one.hasProxy);
  const file = isTouched ? socketFiles.of(workload) : socketFiles.ofWholeProxy(workload);
  return withSocket(socketFiles, file, workload, kind, authority, assumptions);
}

/**
 * The volume is not all: the agent looks in it for a file of a certain name. Where that is missing it falls back to istiod
 * if the name is the default one, and exits with any other (istio/istio pkg/istio-agent/agent.go).
 */
function withSocket(
  { made, meshWide }: SocketFiles,
  wanted: SocketFile | undefined,
  workload: Workload,
  kind: 'sidecar' | 'gateway',
  authority: CertificateAuthority,
  assumptions: readonly string[],
): PodProxy {
  const file = authority === 'workload-api' ? wanted : undefined;
  if (file === undefined) return { kind, authority, assumptions };
  const isMade = made.size > 0 ? made.has(file.name) : !file.isOfPods || file.name === meshWide?.name;
  if (isMade) return { kind, authority, assumptions };
  if (made.size === 0) {
    const assumed = `the manifests have no tbot that creates the socket "${file.name}", which only ${workload.ref} looks for; its certificate authority is unknown`;
    return { kind, authority: 'unknown', assumptions: [...assumptions, assumed] };
  }
  if (file.name === DEFAULT_SOCKET_FILE) return { kind, authority: 'istiod', assumptions };
  return notRunning(
    `its proxy looks for the socket "${file.name}", which tbot does not create, and exits`,
    assumptions,
  );
}

function isRouter({ containers }: Workload): boolean {
  return containers.some(({ body }) => Array.isArray(body.args) && body.args.includes('router'));
}

function notRunning(because: string, assumptions: readonly string[] = []): PodProxy {
  return { kind: 'not-running', because, assumptions };
}
