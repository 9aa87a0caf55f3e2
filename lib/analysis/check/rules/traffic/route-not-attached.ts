import { isVariable } from '../../../../base/is-variable';
import { scalarTextsAt, textAt } from '../../../../base/json';
import { takesFrom } from '../../../../model/gateways/allowed-namespaces';
import { type ApiParent, apiParents } from '../../../../model/gateways/api-routes';
import { API_ROUTES, type GatewayServer, type RouteKind } from '../../../../model/gateways/gateway-servers';
import { isForHostOf, isListener } from '../../../../model/gateways/route-at-server';
import { GATEWAY_CLASSES } from '../../../../upstream/istio/gateway-classes';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const GATEWAY = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP}
`;
const route = (sectionName: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: edge, sectionName: ${sectionName}}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
`;

/** What of a route a listener has to take. */
interface Attached extends Pick<ApiParent, 'listener'> {
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly hosts: readonly string[];
}

/** Why no listener takes a route; undefined if one does, or may. The order is that of istiod's own status. */
function whyNot(route: Attached, listeners: readonly GatewayServer[], context: CheckContext): string | undefined {
  const { name, port } = route.listener;
  const known = listeners.map((one) => `${one.listener} (${one.port})`).join(', ');
  const named = listeners.filter((one) => isListener(route.listener, one));
  if (named.length === 0) {
    const wanted = [...(name === undefined ? [] : [`"${name}"`]), ...(port === undefined ? [] : [`port ${port}`])];
    return `it has ${known}, not ${wanted.join(' at ')}`;
  }
  const hosts = named.filter((one) => isForHostOf(route, one));
  if (hosts.length === 0)
    return `no hostname is one of ${named.flatMap((one) => one.hosts.map(({ host }) => host)).join(', ')}`;
  const labels = context.namespaceLabels(route.namespace);
  const allowed = hosts.filter((one) =>
    one.hosts.some((each) => takesFrom(each.allowed, route.namespace, labels) !== false),
  );
  if (allowed.length === 0) return `allowedRoutes.namespaces leaves out namespace ${route.namespace}`;
  if (allowed.some(({ takes }) => takes.includes(route.kind))) return undefined;
  const kinds = [...new Set(allowed.flatMap(({ takes }) => takes))];
  return `${kinds.length === 0 ? 'no kind of route' : kinds.join(', ')} may be attached, not ${route.kind}`;
}

/** Other controllers than istiod read a few things otherwise, and waypoints take what is attached to Services. */
function isAtEdge({ manifest }: GatewayServer): boolean {
  return GATEWAY_CLASSES.get(textAt(manifest.body, 'spec', 'gatewayClassName') ?? '')?.isForMesh === false;
}

/** A route of the Gateway API that its Gateway does not take. */
export const ROUTE_NOT_ATTACHED_RULE = defineRule({
  id: 'route-not-attached',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Route that no listener of its Gateway accepts',
  found: 'no listener of Gateway {gateway} accepts the route: {reason}',
  why: 'The route is not accepted, and no port of the gateway serves it: clients get 404, or no connection. A listener without allowedRoutes accepts only routes of its own namespace.',
  fix: 'name a listener of the Gateway and one of its hosts, or set allowedRoutes of the listener',
  source: 'istio/istio pilot/pkg/config/kube/gateway/conversion.go (referenceAllowed, namespacesFromSelector)',
  wrong: stream(GATEWAY, route('https')),
  right: stream(GATEWAY, route('http')),
  check(context, report) {
    const { manifests } = context;
    for (const kind of API_ROUTES) {
      for (const manifest of manifests.ofKind(kind, GATEWAY_API)) {
        const hosts = scalarTextsAt(manifest.body, 'spec', 'hostnames');
        const namespace = manifest.namespace ?? 'default';
        for (const { gateway, listener, pointer } of apiParents(manifest)) {
          const listeners = context.gatewayServers.listenersOf(gateway).filter(isAtEdge);
          // kustomize or Helm may still give either of them other values.
          const all = [manifest, ...listeners.map((one) => one.manifest)];
          const texts = [...hosts, namespace, listener.name ?? '', ...listeners.map((one) => one.listener ?? '')];
          const isOpen = all.some((one) => manifests.isUnfinished(one)) || texts.some(isVariable);
          if (listeners.length === 0 || isOpen) continue;
          const reason = whyNot({ kind, namespace, hosts, listener }, listeners, context);
          const name = `${gateway.namespace}/${gateway.name}`;
          if (reason !== undefined) report(manifest, pointer, { gateway: name, reason });
        }
      }
    }
  },
});
