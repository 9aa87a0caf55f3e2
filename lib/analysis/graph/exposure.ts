import { field, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { selects } from '../../model/cluster/label-index';
import type { Manifest } from '../../model/documents/manifest';
import { resolveHost, serviceOfHost } from '../../upstream/istio/service-host';
import type { MeshModel } from '../access/mesh-model';
import { OUTSIDE } from '../access/request';
import type { GraphNodes } from './graph-nodes';

/** A way from outside the cluster to a Service, or one step of it. */
export interface Exposure {
  /** `outside`, or the gateway: its Service or workload, or `gateway/namespace/name` if its pods are not in the manifests. */
  readonly from: string;
  /** The Service as `namespace/name`, or the gateway. */
  readonly to: string;
  /** `route` is one that a gateway's configuration makes; the others are types of a Service. */
  readonly kind: 'LoadBalancer' | 'NodePort' | 'route';
  /** What it is for: hosts of a route, ports of a Service. */
  readonly label: string;
}

/** Everything that lets traffic into the cluster: Services with an outside address, and routes of gateways. */
export function exposures(model: MeshModel, nodes: GraphNodes): readonly Exposure[] {
  const services = model.services.flatMap((service): readonly Exposure[] => {
    const { manifest, ports } = service;
    const type = textAt(manifest.body, 'spec', 'type');
    if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
    return [
      { from: OUTSIDE, to: nodes.of(service), kind: type, label: ports.map(({ port }) => String(port)).join(', ') },
    ];
  });
  const routes = [...virtualServiceRoutes(model, nodes), ...httpRoutes(model, nodes)];
  const reached = new Set(services.map(({ to }) => to));
  const gateways = [...new Set(routes.map(({ from }) => from))].filter((gateway) => !reached.has(gateway));
  return [
    ...services,
    ...gateways.map((to): Exposure => ({ from: OUTSIDE, to, kind: 'route', label: '' })),
    ...unique(routes),
  ];
}

function virtualServiceRoutes(model: MeshModel, nodes: GraphNodes): readonly Exposure[] {
  return model.manifests.ofKind('VirtualService', 'networking.istio.io').flatMap((manifest) => {
    const namespace = manifest.namespace ?? 'default';
    const gateways = scalarTextsAt(manifest.body, 'spec', 'gateways').filter((name) => name !== 'mesh');
    const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts').join(', ');
    const targets = destinationsOf(manifest, namespace, nodes);
    return gateways.flatMap((name) => {
      const from = gatewayNode(model, nodes, qualified(name, namespace));
      return targets.map((to): Exposure => ({ from, to, kind: 'route', label: hosts }));
    });
  });
}

function destinationsOf({ body }: Manifest, namespace: string, nodes: GraphNodes): readonly string[] {
  return ['http', 'tcp', 'tls']
    .flatMap((protocol) => listAt(body, 'spec', protocol))
    .flatMap((rule) => listAt(rule, 'route'))
    .flatMap((route) => {
      const service = serviceOfHost(resolveHost(textAt(route, 'destination', 'host') ?? '', namespace));
      return service ? [nodes.named(service.namespace, service.name)] : [];
    });
}

function httpRoutes(model: MeshModel, nodes: GraphNodes): readonly Exposure[] {
  return model.manifests.ofKind('HTTPRoute', 'gateway.networking.k8s.io').flatMap((manifest) => {
    const namespace = manifest.namespace ?? 'default';
    const hosts = scalarTextsAt(manifest.body, 'spec', 'hostnames').join(', ');
    const parents = listAt(manifest.body, 'spec', 'parentRefs').filter(
      (ref) => (textAt(ref, 'kind') ?? 'Gateway') === 'Gateway',
    );
    const targets = listAt(manifest.body, 'spec', 'rules')
      .flatMap((rule) => listAt(rule, 'backendRefs'))
      .map((ref) => nodes.named(textAt(ref, 'namespace') ?? namespace, textAt(ref, 'name') ?? ''));
    return parents.flatMap((parent) => {
      const from = nodes.gateway(textAt(parent, 'namespace') ?? namespace, textAt(parent, 'name') ?? '');
      return targets.map((to): Exposure => ({ from, to, kind: 'route', label: hosts }));
    });
  });
}

/** The node of an Istio Gateway: the Service of the pods it selects, if they are among the manifests. */
function gatewayNode(
  model: MeshModel,
  nodes: GraphNodes,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): string {
  const selector = textsAt(field(model.manifests.find('Gateway', namespace, name)?.body, 'spec', 'selector'));
  const pods =
    Object.keys(selector).length === 0 ? undefined : model.workloads.find(({ labels }) => selects(selector, labels));
  return pods === undefined ? nodes.gateway(namespace, name) : nodes.of(pods);
}

/** `namespace/name`, or a name in the same namespace. */
function qualified(name: string, namespace: string) {
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace, name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

function unique(routes: readonly Exposure[]): readonly Exposure[] {
  return [...new Map(routes.map((route) => [`${route.from}\n${route.to}\n${route.label}`, route])).values()];
}
