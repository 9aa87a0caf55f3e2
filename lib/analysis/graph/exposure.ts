import { textAt } from '../../base/json';
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
  const routes = routesOf(model, nodes);
  const reached = new Set(services.map(({ to }) => to));
  const gateways = [...new Set(routes.map(({ from }) => from))].filter((gateway) => !reached.has(gateway));
  return [
    ...services,
    ...gateways.map((to): Exposure => ({ from: OUTSIDE, to, kind: 'route', label: '' })),
    ...unique(routes),
  ];
}

function routesOf(model: MeshModel, nodes: GraphNodes): readonly Exposure[] {
  const written = new Set(model.workloads);
  return model.cluster.waysIn.map(({ route, pods }) => {
    const to = nodes.named(route.to.namespace, route.to.name);
    const shown = pods.find((workload) => written.has(workload));
    const [installed] = pods;
    const from = shown
      ? nodes.of(shown)
      : installed
        ? nodes.installedGateway(installed)
        : nodes.gateway(route.gateway.namespace, route.gateway.name);
    return { from, to, kind: 'route', label: route.hosts.join(', ') };
  });
}

function unique(routes: readonly Exposure[]): readonly Exposure[] {
  return [...new Map(routes.map((route) => [`${route.from}\n${route.to}\n${route.label}`, route])).values()];
}
