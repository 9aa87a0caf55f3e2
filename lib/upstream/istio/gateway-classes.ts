/** A class of the Gateway API whose proxies istiod deploys. */
export interface GatewayClass {
  /** Whether its proxies are Envoys, which can take certificates from a Workload API; the others take istiod's only. */
  readonly hasEnvoy: boolean;
  /** Whether it is a waypoint of ambient mode, or for traffic between clusters. */
  readonly isForMesh: boolean;
  /** Whether the name of what istiod deploys ends in that of the class. */
  readonly namesEndInClass: boolean;
}

/** Classes that istiod deploys proxies for (istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
export const GATEWAY_CLASSES: ReadonlyMap<string, GatewayClass> = new Map([
  ['istio', { hasEnvoy: true, isForMesh: false, namesEndInClass: true }],
  ['istio-waypoint', { hasEnvoy: true, isForMesh: true, namesEndInClass: false }],
  ['istio-east-west', { hasEnvoy: true, isForMesh: true, namesEndInClass: false }],
  ['istio-agentgateway', { hasEnvoy: false, isForMesh: false, namesEndInClass: false }],
  ['istio-agentgateway-waypoint', { hasEnvoy: false, isForMesh: true, namesEndInClass: false }],
]);

/** Label of a gateway's pods with the name of its Gateway; policies attach to those by that name. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** Label of a gateway's pods with the class of its Gateway. */
export const GATEWAY_CLASS_LABEL = 'gateway.networking.k8s.io/gateway-class-name';

/** Gateways that istioctl installs by itself with a profile (istio/istio manifests/profiles). */
export const PROFILE_GATEWAYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['default', ['istio-ingressgateway']],
  ['openshift', ['istio-ingressgateway']],
  ['preview', ['istio-ingressgateway']],
  ['stable', ['istio-ingressgateway']],
  ['demo', ['istio-ingressgateway', 'istio-egressgateway']],
]);

/** Ports of a gateway's Service where nothing else is said (istio/istio manifests/charts/gateways/istio-ingress/values.yaml). */
export const GATEWAY_PORTS = [
  { name: 'status-port', port: 15021, targetPort: 15021 },
  { name: 'http2', port: 80, targetPort: 8080 },
  { name: 'https', port: 443, targetPort: 8443 },
] as const;
