/** API group of policies, and of Istio's other kinds about security. */
export const ISTIO_SECURITY = 'security.istio.io';

/** Version of {@link ISTIO_SECURITY} that every supported release serves. */
export const ISTIO_SECURITY_V1 = 'security.istio.io/v1';

/** API group of Istio's kinds about traffic. */
export const ISTIO_NETWORKING = 'networking.istio.io';

/** Version of {@link ISTIO_NETWORKING} that every supported release serves. */
export const ISTIO_NETWORKING_V1 = 'networking.istio.io/v1';

/** Version of {@link ISTIO_NETWORKING} that EnvoyFilter has. */
export const ISTIO_NETWORKING_V1ALPHA3 = 'networking.istio.io/v1alpha3';

/** API group of Istio's Telemetry. */
export const ISTIO_TELEMETRY = 'telemetry.istio.io';

/** API group of Istio's extensions. */
export const ISTIO_EXTENSIONS = 'extensions.istio.io';

/** API group of IstioOperator, which is a file for istioctl and no object of a cluster. */
export const ISTIO_INSTALL = 'install.istio.io';

/** The only version of {@link ISTIO_INSTALL}. */
export const ISTIO_INSTALL_V1ALPHA1 = 'install.istio.io/v1alpha1';

/** API group of the Gateway API. */
export const GATEWAY_API = 'gateway.networking.k8s.io';

/** Version of {@link GATEWAY_API} with Gateway and HTTPRoute. */
export const GATEWAY_API_V1 = 'gateway.networking.k8s.io/v1';

/** API group of what the Gateway API tries out, such as XListenerSet. */
export const GATEWAY_API_EXPERIMENTAL = 'gateway.networking.x-k8s.io';

/** API groups that InferencePool has and has had (kubernetes-sigs/gateway-api-inference-extension). */
export const INFERENCE_GROUPS: ReadonlySet<string> = new Set([
  'inference.networking.k8s.io',
  'inference.networking.x-k8s.io',
]);

/** API group of NetworkPolicy and Ingress. */
export const KUBERNETES_NETWORKING = 'networking.k8s.io';

/** Version of {@link KUBERNETES_NETWORKING}. */
export const KUBERNETES_NETWORKING_V1 = 'networking.k8s.io/v1';

/** API group of roles and their bindings. */
export const RBAC = 'rbac.authorization.k8s.io';

/** Version of {@link RBAC}. */
export const RBAC_V1 = 'rbac.authorization.k8s.io/v1';

/** API group of admission webhooks and policies. */
export const ADMISSION = 'admissionregistration.k8s.io';

/** Version of {@link ADMISSION}. */
export const ADMISSION_V1 = 'admissionregistration.k8s.io/v1';

/** Version of the API of CSI drivers. */
export const STORAGE_V1 = 'storage.k8s.io/v1';

/** Version of the API of Leases, by which nodes say that they live. */
export const COORDINATION_V1 = 'coordination.k8s.io/v1';

/** API group of the resources that Teleport's operator keeps. */
export const TELEPORT_OPERATOR = 'resources.teleport.dev';

/** API group of Flux's HelmRelease. */
export const FLUX_HELM = 'helm.toolkit.fluxcd.io';

/** Version of {@link FLUX_HELM} that Flux 2.3 and newer serve. */
export const FLUX_HELM_V2 = `${FLUX_HELM}/v2`;

/** Version of Flux's sources that Flux 2.3 and newer serve. */
export const FLUX_SOURCE_V1 = 'source.toolkit.fluxcd.io/v1';

/** Version of Flux's Kustomization, which applies the files of a directory. */
export const FLUX_KUSTOMIZE_V1 = 'kustomize.toolkit.fluxcd.io/v1';

/** API group of Istio's own operator for clusters, and of its kind `Istio` (istio-ecosystem/sail-operator api/v1/istio_types.go). */
export const SAIL_OPERATOR = 'sailoperator.io';

/** API group of kustomize's files. */
export const KUSTOMIZE = 'kustomize.config.k8s.io';

/** Version of {@link KUSTOMIZE} that a `kustomization.yaml` has. */
export const KUSTOMIZE_V1BETA1 = `${KUSTOMIZE}/v1beta1`;

/** API group of Argo CD. */
export const ARGO_CD = 'argoproj.io';

/** Version of {@link ARGO_CD} with Application and ApplicationSet. */
export const ARGO_CD_V1ALPHA1 = `${ARGO_CD}/v1alpha1`;

/** Groups of objects that say who may do what, or how it gets there: they go after the pods they protect. */
export const POLICY_AND_ROUTE_GROUPS: ReadonlySet<string> = new Set([
  ...[ISTIO_SECURITY, ISTIO_NETWORKING, ISTIO_TELEMETRY, ISTIO_EXTENSIONS, GATEWAY_API],
]);

/** Whether a group is Istio's: nothing fills in defaults in its kinds. */
export function isIstioGroup(group: string): boolean {
  return group.endsWith('.istio.io');
}
