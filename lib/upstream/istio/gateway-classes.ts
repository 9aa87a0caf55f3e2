import { type JsonValue, textAt } from '../../base/json';
import { ISTIO_NAMESPACE } from './mesh-config';

/** A class of the Gateway API whose proxies istiod deploys. */
export interface GatewayClass {
  /** Whether its proxies are Envoys, which can take certificates from a Workload API; the others take istiod's only. */
  readonly hasEnvoy: boolean;
  /** Whether it is a waypoint of ambient mode, or for traffic between clusters. */
  readonly isForMesh: boolean;
  /** Whether the name of what istiod deploys ends in that of the class. */
  readonly namesEndInClass: boolean;
}

/** Class of the waypoints of ambient mode. */
export const WAYPOINT_CLASS = 'istio-waypoint';

/** Class of gateways for traffic between clusters. */
export const EAST_WEST_CLASS = 'istio-east-west';

/** Class of gateways for traffic from outside. */
export const INGRESS_CLASS = 'istio';

/**
 * Controller of the classes for traffic inside a mesh; custom classes name it too (istio/istio
 * pkg/config/constants/constants.go).
 */
export const WAYPOINT_CONTROLLER = 'istio.io/mesh-controller';

/** Gateway that istioctl's default profile installs. */
export const INGRESS_GATEWAY = 'istio-ingressgateway';

/** Gateway that istioctl's demo profile installs for what leaves the mesh. */
export const EGRESS_GATEWAY = 'istio-egressgateway';

/** Gateway between networks, as Istio's documentation and its samples call it (istio/istio samples/multicluster/gen-eastwest-gateway.sh). */
export const EAST_WEST_GATEWAY = 'istio-eastwestgateway';

/** Label of a ConfigMap whose settings are for all gateways of a class (istio/istio pilot/pkg/config/kube/gatewaycommon). */
export const CLASS_DEFAULTS_LABEL = 'gateway.istio.io/defaults-for-class';

/** Annotation of a Gateway with the ServiceAccount of its pods, in place of the one that istiod makes. */
export const GATEWAY_ACCOUNT_ANNOTATION = 'gateway.istio.io/service-account';

/** Annotation of a Gateway with the name of what istiod deploys for it. */
export const GATEWAY_NAME_ANNOTATION = 'gateway.istio.io/name-override';

/** Classes that istiod deploys proxies for (istio/istio pilot/pkg/config/kube/gatewaycommon/classinfo.go). */
export const GATEWAY_CLASSES: ReadonlyMap<string, GatewayClass> = new Map([
  [INGRESS_CLASS, { hasEnvoy: true, isForMesh: false, namesEndInClass: true }],
  [WAYPOINT_CLASS, { hasEnvoy: true, isForMesh: true, namesEndInClass: false }],
  [EAST_WEST_CLASS, { hasEnvoy: true, isForMesh: true, namesEndInClass: false }],
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

/** The option with which Istio's own modes of TLS are written in a listener of the Gateway API. */
export const TERMINATE_MODE_OPTION = 'gateway.istio.io/tls-terminate-mode';

/** An object by its name. */
export interface GatewayName {
  /** `metadata.namespace`. */
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
}

/**
 * The Gateway that a VirtualService means by a name: `edge`, `infra/edge`, `./edge`, or the old `edge.infra.svc.cluster.local`
 * (istio/istio pilot/pkg/model/virtualservice.go `resolveGatewayName`).
 *
 * @param namespace that of the VirtualService
 */
export function resolveGatewayName(written: string, namespace: string): GatewayName {
  const slash = written.indexOf('/');
  if (slash >= 0) {
    const own = written.slice(0, slash);
    return { namespace: own === '.' ? namespace : own, name: written.slice(slash + 1) };
  }
  const [name = '', other] = written.split('.');
  return { namespace: other ?? namespace, name };
}

/** Annotation of an Ingress with its class, from before there were IngressClasses (istio/api annotation). */
export const INGRESS_CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Controller of an IngressClass whose Ingresses istiod takes (istio/istio pilot/pkg/config/kube/ingress). */
export const INGRESS_CONTROLLER = 'istio.io/ingress-controller';

/** What the mesh says about Ingresses of Kubernetes. */
export interface IngressSettings {
  /** Whether istiod takes none, only those of its class, or those without a class too. */
  readonly mode: 'OFF' | 'STRICT' | 'DEFAULT';
  /** The class that is its own. */
  readonly className: string;
  /** Labels of the gateway's pods. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Reads them from the mesh's configuration; what it does not say is Istio's default (istio/istio pkg/config/mesh/mesh.go). */
export function ingressSettingsIn(meshConfig: JsonValue | undefined): IngressSettings {
  const mode = textAt(meshConfig, 'ingressControllerMode');
  const selector = textAt(meshConfig, 'ingressSelector') ?? '';
  const service = textAt(meshConfig, 'ingressService') ?? '';
  // The Service of the gateway that was always there is not called as its pods are labelled.
  const byService = ['', 'istio-ingressgateway'].includes(service) ? 'ingressgateway' : service;
  return {
    mode: mode === 'OFF' || mode === 'DEFAULT' ? mode : 'STRICT',
    className: textAt(meshConfig, 'ingressClass') ?? 'istio',
    selector: { istio: selector === '' ? byService : selector },
  };
}

/** How istiod calls the Gateway that it makes of an Ingress. */
export function ingressGatewayName({ name, namespace = 'default' }: { name: string; namespace?: string | undefined }): {
  readonly namespace: string;
  readonly name: string;
} {
  return { namespace: ISTIO_NAMESPACE, name: `${name}-istio-ingressgateway-${namespace}` };
}
