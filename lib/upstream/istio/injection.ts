import { cached } from '../../base/cached';

/** Label of a namespace that turns the injector on or off for it, with the values of {@link NAMESPACE_INJECTION}. */
export const NAMESPACE_INJECTION_LABEL = 'istio-injection';

/** Values of {@link NAMESPACE_INJECTION_LABEL}; any other is neither. */
export const NAMESPACE_INJECTION = { on: 'enabled', off: 'disabled' } as const;

/** Label of a pod, and the older annotation of the same name, that turns the injector on (`true`) or off (`false`) for it. */
export const POD_INJECTION_LABEL = 'sidecar.istio.io/inject';

/** Label of a namespace or a pod that chooses the istiod whose injector is asked. */
export const REVISION_LABEL = 'istio.io/rev';

/** Annotation of an injected pod that says as a JSON object what was added, and by the istiod of which `revision`. */
export const INJECTION_STATUS_ANNOTATION = 'sidecar.istio.io/status';

/** Label of a namespace or a pod that chooses how its traffic is taken; the value `ambient` chooses ztunnel. */
export const DATAPLANE_MODE_LABEL = 'istio.io/dataplane-mode';

/** Label of a pod by which other proxies know that it speaks mutual TLS; the value is `istio`. */
export const TLS_MODE_LABEL = 'security.istio.io/tlsMode';

/** Annotation of a pod that chooses its injection templates, separated by commas. */
export const TEMPLATES_ANNOTATION = 'inject.istio.io/templates';

/** Annotation of a pod that adds volumes, as a JSON object by name. */
export const USER_VOLUME_ANNOTATION = 'sidecar.istio.io/userVolume';

/** Annotation of a pod that adds mounts to its proxy, as a JSON object by name of the volume. */
export const USER_VOLUME_MOUNT_ANNOTATION = 'sidecar.istio.io/userVolumeMount';

/** Annotation of a pod that changes its proxy's configuration. */
export const PROXY_CONFIG_ANNOTATION = 'proxy.istio.io/config';

/** Annotation of a pod that decides whether its proxy is a native sidecar; without it the nodes and istiod do. */
export const NATIVE_SIDECAR_ANNOTATION = 'sidecar.istio.io/nativeSidecar';

/** Name of the proxy's container in every stock template that has one. */
export const PROXY_CONTAINER = 'istio-proxy';

/** Image in a pod's manifest that asks the injector for its own. */
export const AUTO_IMAGE = 'auto';

/** Namespaces that the injector leaves alone whatever their labels say (istio/istio pkg/kube/inject/initializer.go `IgnoredNamespaces`). */
export const IGNORED_NAMESPACES: ReadonlySet<string> = new Set([
  ...['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'],
]);

/** What a template of Istio's own puts into a pod. */
export interface StockInjectionTemplate {
  /** Whether it adds the container {@link PROXY_CONTAINER}; the others configure a gRPC library or nothing. */
  readonly hasProxy: boolean;
  /** Whether Envoy stands in front of the application, so that policies hold: `grpc-agent` runs the agent alone. */
  readonly hasEnvoy: boolean;
  /** Whether that container is an init container where native sidecars are on. */
  readonly isNative?: boolean;
  /** Whether it adds the volumes of {@link USER_VOLUME_ANNOTATION}. */
  readonly takesUserVolumes?: boolean;
  /** Whether only istiod's controllers can fill it in, for a Gateway: the injector refuses a pod that names it. */
  readonly isForGateways?: boolean;
}

/** Templates every Istio has (istio/istio manifests/charts/istio-control/istio-discovery/files). */
export const STOCK_TEMPLATES: ReadonlyMap<string, StockInjectionTemplate> = new Map([
  ['sidecar', { hasProxy: true, hasEnvoy: true, isNative: true, takesUserVolumes: true }],
  ['gateway', { hasProxy: true, hasEnvoy: true }],
  ['grpc-simple', { hasProxy: false, hasEnvoy: false }],
  ['grpc-agent', { hasProxy: true, hasEnvoy: false, takesUserVolumes: true }],
  ['kube-gateway', { hasProxy: true, hasEnvoy: true, isForGateways: true }],
  ['waypoint', { hasProxy: true, hasEnvoy: true, isForGateways: true }],
  // A proxy of another make, which only knows istiod's certificates.
  ['agentgateway', { hasProxy: false, hasEnvoy: false, isForGateways: true }],
  ['agentgateway-waypoint', { hasProxy: false, hasEnvoy: false, isForGateways: true }],
]);

/** Template of pods that choose none, unless the injector's configuration lists others. */
export const DEFAULT_TEMPLATE = 'sidecar';

/** Template whose pods are gateways. */
export const GATEWAY_TEMPLATE = 'gateway';

/** The names in the value of {@link TEMPLATES_ANNOTATION}. */
export function templateNames(annotation: string): readonly string[] {
  if (knownNames.size > MOST_KNOWN) knownNames.clear();
  return cached(knownNames, annotation, () => annotation.split(',').map((name) => name.trim()));
}

/** Names by the annotation they stand in: all workloads of a mesh have the same few. */
const knownNames = new Map<string, readonly string[]>();
const MOST_KNOWN = 1_000;
