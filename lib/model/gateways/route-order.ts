import { field, isObject, listAt, scalarTextsAt } from '../../base/json';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { isOlder } from '../documents/is-older';
import type { AttachedRoute, RouteRule } from './attached-route';
import { lengthOfPath, matchesOf, rankOfPath } from './route-match';

/** Where a rule stands among all that a server looks at for a host. */
export interface RulePlace {
  readonly route: AttachedRoute;
  /** The list that istiod sorts by itself: a VirtualService, or all routes of a kind that a listener has for a host. */
  readonly list: string;
  /** Its number in its route. */
  readonly index: number;
  /** Whether it takes every request for the host: such rules come after those of other lists. */
  readonly takesAll: boolean;
  /** What routes of the Gateway API are sorted by; the one with the first greater number comes first. */
  readonly precedence: readonly number[];
  /** How early the lists of a VirtualService come for the gateway's pods, by whom it is exported to. */
  readonly tier: number;
}

/**
 * Whether a server looks at a rule before another; undefined if that depends on which route is older, and the manifests do not say it
 * (istio/istio pilot/pkg/networking/core/route/route.go `SortVHostRoutes`, pilot/pkg/model/push_context.go
 * `VirtualServicesForGateway`, pilot/pkg/config/kube/gateway/conversion.go `sortHTTPRoutes`).
 */
export function precedes(one: RulePlace, other: RulePlace): boolean | undefined {
  const isSame = one.route.manifest === other.route.manifest;
  const byAge = () => (isSame ? one.index < other.index : isOlder(one.route.manifest, other.route.manifest));
  if (one.list === other.list) {
    const difference = one.precedence.findIndex((number, index) => number !== other.precedence[index]);
    if (difference < 0) return byAge();
    return (one.precedence[difference] ?? 0) > (other.precedence[difference] ?? 0);
  }
  if (one.takesAll !== other.takesAll) return other.takesAll;
  if (one.tier !== other.tier) return one.tier < other.tier;
  // A list of the Gateway API is as old as the oldest route in it.
  const isOfApi = one.route.api !== ISTIO_NETWORKING || other.route.api !== ISTIO_NETWORKING;
  return isOfApi && !isSame ? undefined : byAge();
}

/** What a rule with one alternative is sorted by in the Gateway API: the kind of its path, how long it is, the method, how many headers and parameters. */
export function precedenceOf({ body, kind }: RouteRule): readonly number[] {
  const [match] = matchesOf(body);
  // Without a match the API server writes one for all paths; a route for gRPC stays without, and comes last.
  if (match === undefined) return kind === 'GRPCRoute' ? [-2] : [2, 1, 0, 0, 0];
  return [
    rankOfPath(match, kind === 'GRPCRoute'),
    lengthOfPath(match),
    field(match, 'method') === undefined || isObject(field(match, 'method')) ? 0 : 1,
    listAt(match, 'headers').length,
    listAt(match, 'queryParams').length,
  ];
}

/** How early istiod takes a VirtualService for the gateways of a namespace: those that are only for it first (`VirtualServicesForGateway`). */
export function tierOf(route: AttachedRoute, podNamespace: string, byDefault: readonly string[]): number {
  const { api, manifest } = route;
  const own = manifest.namespace ?? 'default';
  const stated = api === ISTIO_NETWORKING ? scalarTextsAt(manifest.body, 'spec', 'exportTo') : [];
  const exported = stated.length > 0 ? stated : byDefault;
  // Routes from an Ingress have no age, and so come before all that have one.
  const ofIngress = route.selector === undefined ? 0 : 0.5;
  if (!exported.includes('*')) return (own === podNamespace ? 0 : 1) - ofIngress;
  return api !== ISTIO_NETWORKING && own === podNamespace ? 2 : 3 - ofIngress;
}
