import { field, type JsonValue, listAt, numberAt, scalarTextsAt, textAt } from '../../base/json';
import { type GatewayName, resolveGatewayName } from '../../upstream/istio/gateway-classes';
import { MESH_GATEWAY } from '../../upstream/istio/outbound-traffic';
import { resolveHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import {
  ANY_LISTENER,
  type AttachedRoute,
  narrowed,
  type RouteRule,
  type RouteTarget,
  type RouteWithTargets,
  withTargets,
} from './attached-route';
import { httpRules } from './delegated-rules';
import { backendOfHost } from './route-backends';

/**
 * A VirtualService at each Gateway that it names.
 *
 * @param exportTo who sees a VirtualService that does not say it
 */
export function virtualServiceRoutes(
  manifest: Manifest,
  manifests: ManifestSet,
  exportTo: readonly string[],
): readonly RouteWithTargets[] {
  const namespace = manifest.namespace ?? 'default';
  const gateways = scalarTextsAt(manifest.body, 'spec', 'gateways').filter((name) => name !== MESH_GATEWAY);
  if (gateways.length === 0) return [];
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts').map((host) => resolveHost(host, namespace));
  // Without hosts it is there for others to delegate to.
  if (hosts.length === 0) return [];
  const http = httpRules(manifest, manifests, exportTo).map((rule) => ({ ...rule, kind: 'http' as const }));
  const rules = [
    ...http,
    ...(['tcp', 'tls'] as const).flatMap((kind) =>
      listAt(manifest.body, 'spec', kind).map((body) => ({ body, kind, namespace })),
    ),
  ];
  return gateways.flatMap((written) => {
    const gateway = resolveGatewayName(written, namespace);
    const all = rules.flatMap((rule) => forGateway(rule, gateway, namespace));
    const targets = all.flatMap((rule) => targetsOf(rule, manifests));
    const route: AttachedRoute = {
      manifest,
      gateway,
      listeners: [ANY_LISTENER],
      listenerSet: undefined,
      api: ISTIO_NETWORKING,
      hosts,
      all,
    };
    return withTargets(route, targets);
  });
}

/** The Services that get what a rule takes, or copies of it. */
function targetsOf(rule: RouteRule & { readonly namespace: string }, manifests: ManifestSet): readonly RouteTarget[] {
  const { body, namespace } = rule;
  if (abortsAll(body)) return [];
  const toTarget = (isMirror: boolean) => (destination: JsonValue | undefined) => {
    const backend = backendOfHost(resolveHost(textAt(destination, 'host') ?? '', namespace), manifests);
    const port = numberAt(destination, 'port', 'number');
    return backend === undefined ? [] : [{ ...backend, lacksGrant: false, port, isMirror, rule }];
  };
  const routes = weighted(listAt(body, 'route')).map((route) => field(route, 'destination'));
  // What answers by itself sends no copies (Envoy has a policy for them in routes to clusters only).
  const copies = routes.length === 0 ? [] : mirrorsOf(body);
  return [...routes.flatMap(toTarget(false)), ...copies.flatMap(toTarget(true))];
}

/** Where copies of requests go (istio/istio pilot/pkg/networking/core/route/route.go `applyHTTPRouteDestination`). */
function mirrorsOf(rule: JsonValue): readonly JsonValue[] {
  const listed = listAt(rule, 'mirrors').filter((one) => field(one, 'percentage', 'value') !== 0);
  const single = field(rule, 'mirror');
  const isUsed = single !== undefined && field(rule, 'mirrorPercentage', 'value') !== 0;
  return [...listed.flatMap((one) => field(one, 'destination') ?? []), ...(isUsed ? [single] : [])];
}

/** Whether a rule answers every request with an error by itself. */
function abortsAll(rule: JsonValue): boolean {
  return (numberAt(rule, 'fault', 'abort', 'percentage', 'value') ?? 0) >= 100;
}

/** Of several destinations, those that get a share (istio/istio pilot/pkg/networking/core/route/route.go `applyHTTPRouteDestination`). */
function weighted(routes: readonly JsonValue[]): readonly JsonValue[] {
  const used = routes.filter((route) => (field(route, 'weight') ?? 0) !== 0);
  // Without any weight the API server refuses several destinations.
  return used.length > 0 ? used : routes;
}

/** A rule without alternatives for other Gateways: egress gateways and sidecars often share a route. */
function forGateway<Rule extends RouteRule>(
  rule: Rule,
  { namespace, name }: GatewayName,
  own: string,
): readonly Rule[] {
  return narrowed(rule, (match) => {
    const gateways = scalarTextsAt(match, 'gateways').map((written) => resolveGatewayName(written, own));
    return gateways.length === 0 || gateways.some((one) => one.name === name && one.namespace === namespace);
  });
}
