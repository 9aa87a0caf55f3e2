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
