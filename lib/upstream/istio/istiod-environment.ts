/**
 * Where an installation writes istiod's environment as a mapping, in the order in which later places win: the chart copies
 * everything below `pilot` to the top (istio/istio manifests/charts/istio-control/istio-discovery/templates/zzy_descope_legacy.yaml).
 */
export const ENVIRONMENT_IN_VALUES: readonly (readonly string[])[] = [['env'], ['pilot', 'env']];

/** Where an IstioOperator writes it as a list; istioctl patches it into what the values say (istio/istio operator/pkg/render/postprocess.go). */
export const ENVIRONMENT_IN_OPERATOR: readonly string[] = ['spec', 'components', 'pilot', 'k8s', 'env'];

/** Names of istiod's Deployment, of a revision too (istio/istio manifests/charts/istio-control/istio-discovery/templates/deployment.yaml). */
export const ISTIOD_NAME = /^istiod(?:-|$)/;

/** Container of istiod in its own Deployment. */
export const ISTIOD_CONTAINER = 'discovery';

/** Variable that switches istiod's CA off, which istiod needs for itself. */
export const CA_SERVER_VARIABLE = 'ENABLE_CA_SERVER';

/** Variable that says whether proxies are native sidecars, whatever the nodes are. */
export const NATIVE_SIDECARS_VARIABLE = 'ENABLE_NATIVE_SIDECARS';

/** Variable that lets servers take clients of any trust domain. */
export const ANY_TRUST_DOMAIN_VARIABLE = 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN';

/** Variable that lets one workload ask several external authorizers. */
export const SEVERAL_AUTHORIZERS_VARIABLE = 'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS';

/** Variable that switches ambient mode on, without which istiod has no classes for it (istio/istio pilot/pkg/features/ambient.go). */
export const AMBIENT_VARIABLE = 'PILOT_ENABLE_AMBIENT';

/** Variable that says who fetches the keys of a JWT's issuer: istiod or the proxy (istio/istio pilot/pkg/features/pilot.go). */
export const REMOTE_JWKS_VARIABLE = 'PILOT_JWT_ENABLE_REMOTE_JWKS';
