import {
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  scalarText,
  textAt,
  textsAt,
} from '../../base/json';
import {
  CLASS_DEFAULTS_LABEL,
  GATEWAY_CLASS_LABEL,
  GATEWAY_CLASSES,
  GATEWAY_NAME_LABEL,
  GATEWAY_PORTS,
} from '../../upstream/istio/gateway-classes';
import {
  AUTO_IMAGE,
  GATEWAY_TEMPLATE,
  POD_INJECTION_LABEL,
  PROXY_CONTAINER,
  REVISION_LABEL,
  TEMPLATES_ANNOTATION,
} from '../../upstream/istio/injection';
import { EAST_WEST_PORTS, NETWORK_LABEL } from '../../upstream/istio/multi-cluster';
import { SOCKET_VOLUME } from '../../upstream/istio/proxy-volumes';
import { GATEWAY_API } from '../../upstream/kubernetes/api-groups';
import { mayHaveOuterAddress, type Service, toServicePorts } from '../cluster/service';
import { toWorkload, type Workload } from '../cluster/workload';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { type ChartGateway, chartGateways } from './chart-gateways';
import { type GatewayNames, gatewayApiNames, operatorGateways } from './gateway-names';

/** A gateway that an installer or istiod makes: no manifest has its pods, so they are put together from its settings. */
export interface InstalledGateway {
  readonly workload: Workload;
  /** The Service of the same name, which leads to it. */
  readonly service: Service;
}

/** What is known of such a gateway. */
interface GatewaySpec extends GatewayNames {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly container: JsonObject;
  readonly volumes: readonly JsonValue[];
  readonly ports: readonly JsonValue[];
  /** Labels of the Service. */
  readonly serviceLabels: Readonly<Record<string, string>>;
  readonly mayHaveOuterAddress: boolean;
}

/** A proxy that nobody injects: istioctl's charts and istiod write it whole. */
const WHOLE_PROXY: JsonObject = { name: PROXY_CONTAINER, image: 'proxyv2', args: ['proxy', 'router'] };
/** A proxy that the injector makes of this. */
const INJECTED_PROXY: JsonObject = { name: PROXY_CONTAINER, image: AUTO_IMAGE };

/**
 * The gateways of IstioOperators, of values of the gateway chart, and of the Gateway API (istio/istio
 * manifests/charts/gateways, manifests/charts/gateway, pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go).
 *
 * @param known `namespace/name` of the workloads that are written out
 */
export function installedGateways(manifests: ManifestSet, known: ReadonlySet<string>): readonly InstalledGateway[] {
  const found = new Map<string, InstalledGateway>();
  const operators = manifests.ofKind('IstioOperator').flatMap(ofOperator);
  const named = new Set(operators.map(({ name }) => name));
  const released = chartGateways(manifests)
    .flatMap((one) => ofChart(one))
    // Of one gateway written for both installers, istioctl's file says where it is.
    .filter(({ name }) => !named.has(name));
  const deployed = manifests.ofKind('Gateway', GATEWAY_API).flatMap((gateway) => ofGatewayApi(gateway, manifests));
  for (const spec of [...operators, ...released, ...deployed]) {
    const ref = `${spec.namespace}/${spec.name}`;
    const gateway = known.has(ref) || found.has(ref) ? undefined : toGateway(spec);
    if (gateway) found.set(ref, gateway);
  }
  return [...found.values()];
}

function toGateway(spec: GatewaySpec): InstalledGateway | undefined {
  const { manifest, name, namespace, pointer, labels, annotations, ports } = spec;
  const podSpec = { serviceAccountName: spec.serviceAccount, containers: [spec.container], volumes: spec.volumes };
  const pod = { metadata: { labels, annotations }, spec: podSpec };
  const workload = toWorkload({ manifest, kind: 'Deployment', name, namespace, pod, podPointer: pointer });
  if (workload === undefined) return undefined;
  const service: Service = {
    manifest,
    ref: `${namespace}/${name}`,
    name,
    namespace,
    labels: spec.serviceLabels,
    mayHaveOuterAddress: spec.mayHaveOuterAddress,
    selector: labels,
    headless: false,
    externalName: undefined,
    ports: toServicePorts(ports),
    workloads: [workload],
  };
  return { workload, service };
}

/** The pods of a release of the gateway chart, which istiod's injector makes a proxy of. */
function ofChart({ manifest, values, name, namespace, serviceAccount, labels }: ChartGateway): readonly GatewaySpec[] {
  if (namespace === undefined) return [];
  const revision = textAt(values, 'revision') ?? '';
  const network = scalarText(field(values, 'networkGateway')) ?? '';
  const ports = network === '' ? listAt(values, 'service', 'ports') : eastWestPorts(values);
  return [
    {
      manifest,
      pointer: '',
      name,
      namespace,
      serviceAccount,
      labels: { ...labels, [POD_INJECTION_LABEL]: 'true', ...(revision !== '' && { [REVISION_LABEL]: revision }) },
      annotations: { [TEMPLATES_ANNOTATION]: GATEWAY_TEMPLATE, ...textsAt(values, 'podAnnotations') },
      container: {
        ...INJECTED_PROXY,
        env: Object.entries(objectAt(values, 'env')).map(([key, value]) => ({ name: key, value })),
      },
      volumes: listAt(values, 'volumes'),
      ports: ports.length > 0 ? ports : GATEWAY_PORTS.map((port) => ({ ...port, targetPort: port.port })),
      serviceLabels: { ...labels, ...(network !== '' && { [NETWORK_LABEL]: network }) },
      mayHaveOuterAddress: mayHaveOuterAddress(
        { ...LOAD_BALANCER, ...objectAt(values, 'service') },
        { ...objectAt(values, 'service', 'annotations'), ...objectAt(values, 'annotations') },
      ),
    },
  ];
}

/** The ports that the chart gives to a gateway into a network in place of all others. */
function eastWestPorts(values: JsonObject): readonly JsonValue[] {
  return EAST_WEST_PORTS.map((port) => ({ ...port, ...objectAt(values, 'networkGatewayPorts', port.name) }));
}

/** What charts make of a gateway's Service unless something else is asked for. */
const LOAD_BALANCER = { type: 'LoadBalancer' } as const;

/** The gateways of an IstioOperator. */
function ofOperator(manifest: Manifest): readonly GatewaySpec[] {
  return operatorGateways(manifest).map(({ gateway, kind, ...names }) => {
    const values = objectAt(manifest.body, 'spec', 'values', 'gateways', kind);
    const ports = [listAt(gateway, 'k8s', 'service', 'ports'), listAt(values, 'ports'), GATEWAY_PORTS];
    const labels = {
      app: kind,
      istio: kind.replace('istio-', ''),
      ...textsAt(values, 'labels'),
      ...textsAt(gateway, 'label'),
    };
    const type = textAt(values, 'type');
    return {
      ...names,
      manifest,
      labels: { ...labels, [POD_INJECTION_LABEL]: 'false' },
      serviceLabels: labels,
      // What is laid over an object is not looked at, and may be the type of the Service.
      mayHaveOuterAddress:
        listAt(gateway, 'k8s', 'overlays').some((overlay) => textAt(overlay, 'kind') === 'Service') ||
        mayHaveOuterAddress(
          { ...LOAD_BALANCER, ...(type !== undefined && { type }), ...objectAt(gateway, 'k8s', 'service') },
          { ...objectAt(values, 'serviceAnnotations'), ...objectAt(gateway, 'k8s', 'serviceAnnotations') },
        ),
      annotations: textsAt(gateway, 'k8s', 'podAnnotations'),
      container: { ...WHOLE_PROXY, env: listAt(gateway, 'k8s', 'env') },
      volumes: listAt(gateway, 'k8s', 'overlays')
        .flatMap((overlay) => listAt(overlay, 'patches'))
        .flatMap(patchedVolume),
      ports: ports.find((list) => list.length > 0) ?? [],
    };
  });
}

/** The socket's volume in a patch of istioctl, which names it in its path or in its value. */
function patchedVolume(patch: JsonValue): readonly JsonValue[] {
  const path = textAt(patch, 'path') ?? '';
  const value = field(patch, 'value');
  if (!path.includes('volumes') || path.includes('volumeMounts') || !isObject(value)) return [];
  if (!path.includes(SOCKET_VOLUME)) return textAt(value, 'name') === SOCKET_VOLUME ? [value] : [];
  const [, source] = /\]\.(\w+)$/.exec(path) ?? [];
  return [source === undefined ? { ...value, name: SOCKET_VOLUME } : { name: SOCKET_VOLUME, [source]: value }];
}

/** The gateway that istiod deploys for a Gateway of the Gateway API, unless that names a Service that is there. */
function ofGatewayApi(manifest: Manifest, manifests: ManifestSet): readonly GatewaySpec[] {
  const { body, name } = manifest;
  const className = textAt(body, 'spec', 'gatewayClassName') ?? '';
  const known = GATEWAY_CLASSES.get(className);
  const isElsewhere = listAt(body, 'spec', 'addresses').some((one) => textAt(one, 'type') === 'Hostname');
  if (known === undefined || known.isForMesh || isElsewhere) return [];
  const listed = listAt(body, 'spec', 'listeners').flatMap((listener) => {
    const port = numberAt(listener, 'port');
    return port === undefined
      ? []
      : [{ name: `${scalarText(field(listener, 'protocol'))}-${port}`.toLowerCase(), port }];
  });
  const ports = [...new Map(listed.map((port) => [port.port, port])).values()];
  const labels = {
    ...(isObject(field(body, 'spec', 'infrastructure', 'labels'))
      ? textsAt(body, 'spec', 'infrastructure', 'labels')
      : textsAt(body, 'metadata', 'labels')),
    [GATEWAY_NAME_LABEL]: name,
    [GATEWAY_CLASS_LABEL]: className,
  };
  return [
    {
      ...gatewayApiNames(manifest),
      manifest,
      pointer: '',
      labels: { ...labels, [POD_INJECTION_LABEL]: 'false' },
      serviceLabels: labels,
      // An annotation, or what the Gateway's parameters lay over it, may say another type.
      mayHaveOuterAddress: true,
      // istiod copies them to the pods (istio/istio files/kube-gateway.yaml).
      annotations: textsAt(body, 'spec', 'infrastructure', 'annotations'),
      container: known.hasEnvoy ? WHOLE_PROXY : { name: 'agentgateway', image: 'agentgateway' },
      volumes: patchedVolumes(manifest, className, manifests),
      ports,
    },
  ];
}

/** Volumes that the ConfigMap of a Gateway, or the one for its class, gives to its pods. */
function patchedVolumes(
  { body, namespace }: Manifest,
  className: string,
  manifests: ManifestSet,
): readonly JsonValue[] {
  const wanted = textAt(body, 'spec', 'infrastructure', 'parametersRef', 'name');
  return manifests.ofKind('GatewayPatch').flatMap((patch) => {
    const around = patch.container?.manifest;
    const isOwn = around?.name === wanted && (around?.namespace ?? 'default') === (namespace ?? 'default');
    const isDefault = textAt(around?.body, 'metadata', 'labels', CLASS_DEFAULTS_LABEL) === className;
    return isOwn || isDefault ? listAt(patch.body, 'spec', 'template', 'spec', 'volumes') : [];
  });
}
