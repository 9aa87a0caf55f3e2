import { addTo } from '../../base/add-to';
import { textAt } from '../../base/json';
import type { MeshModel } from '../access/mesh-model';
import { portName } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import type { Access } from '../matrix/access-matrix';
import { decidingPolicies } from '../matrix/deciding-policies';
import type { MatrixWay } from '../matrix/ways-in';
import { accessMark } from './graph-edges';
import type { GraphNodes } from './graph-nodes';

/** A path from outside the cluster to a Service, or one step of it. */
export interface Exposure {
  /** `outside`, or the gateway: its Service or workload, or `gateway/namespace/name` if its pods are not in the manifests. */
  readonly from: string;
  /** The Service as `namespace/name`, or the gateway. */
  readonly to: string;
  /** `route`: a route of a gateway; the others are types of a Service. */
  readonly kind: 'LoadBalancer' | 'NodePort' | 'route';
  /** Hosts of a route, or ports of a Service. */
  readonly label: string;
  /** What the policies of the gateway and of the callee allow; undefined where that is not decided here. */
  readonly access: Access | undefined;
  /** What decides and on which conditions, line by line; empty where that is not decided here. */
  readonly details: readonly string[];
  /** Places of the policies that decide. */
  readonly policies: readonly string[];
}

/** What nothing is decided about: an address that is open, or the way to a gateway. */
const NOT_DECIDED = { access: undefined, details: [], policies: [] } as const;

/** Everything that admits traffic to the cluster: Services with an external address, and routes of gateways. */
export function exposures(model: MeshModel, nodes: GraphNodes, ways: readonly MatrixWay[]): readonly Exposure[] {
  const services = model.services.flatMap((service): readonly Exposure[] => {
    const { manifest, ports } = service;
    const type = textAt(manifest.body, 'spec', 'type');
    if (type !== 'LoadBalancer' && type !== 'NodePort') return [];
    const label = ports.map(({ port }) => String(port)).join(', ');
    return [{ from: OUTSIDE, to: nodes.of(service), kind: type, label, ...NOT_DECIDED }];
  });
  const routes = routesOf(model, nodes, ways);
  const reached = new Set(services.map(({ to }) => to));
  const gateways = [...new Set(routes.map(({ from }) => from))].filter((gateway) => !reached.has(gateway));
  return [
    ...services,
    ...gateways.map((to): Exposure => ({ from: OUTSIDE, to, kind: 'route', label: '', ...NOT_DECIDED })),
    ...unique(routes),
  ];
}

function routesOf(model: MeshModel, nodes: GraphNodes, ways: readonly MatrixWay[]): readonly Exposure[] {
  const written = new Set(model.workloads);
  const decided = new Map<string, MatrixWay[]>();
  for (const way of ways) addTo(decided, `${way.gateway}\n${way.to}\n${way.hosts}`, way);
  return model.cluster.waysIn.map(({ route, pods }) => {
    const to = nodes.named(route.to.namespace, route.to.name);
    const shown = pods.find((workload) => written.has(workload));
    const [installed] = pods;
    const from = shown
      ? nodes.of(shown)
      : installed
        ? nodes.installedGateway(installed)
        : nodes.gateway(route.gateway.namespace, route.gateway.name);
    const label = route.hosts.join(', ');
    const gateway = `${route.gateway.namespace}/${route.gateway.name}`;
    const own = decided.get(`${gateway}\n${to}\n${label === '' ? 'any host' : label}`) ?? [];
    return { from, to, kind: 'route', label, ...together(own) };
  });
}

/** Several ports of a Service are one arrow: it is as open as the way that lets most through. */
function together(ways: readonly MatrixWay[]): Pick<Exposure, 'access' | 'details' | 'policies'> {
  // Where the gateway's pods are not among the manifests nothing was decided.
  if (ways.every(({ decisions, access }) => decisions.length === 0 && access !== 'denied')) return NOT_DECIDED;
  return {
    access: (['allowed', 'unknown', 'conditional', 'denied'] as const).find((one) =>
      ways.some(({ access }) => access === one),
    ),
    details: [...new Set(ways.map(({ port, access: own, detail }) => `${portName(port)} ${own}: ${detail}`))],
    policies: [...new Set(ways.flatMap(({ decisions }) => decisions).flatMap(decidingPolicies))],
  };
}

function unique(routes: readonly Exposure[]): readonly Exposure[] {
  return [...new Map(routes.map((route) => [`${route.from}\n${route.to}\n${route.label}`, route])).values()];
}

/** A short label of an exposure: its hosts or ports, and what policies allow. */
export function exposureLabel({ kind, label, access }: Exposure): string {
  const text = label === '' ? kind : label;
  return access === 'denied' ? `${text}: denied` : `${text}${accessMark(access, '…')}`;
}
