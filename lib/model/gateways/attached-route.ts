import { addTo } from '../../base/add-to';
import { isObject, type JsonValue, listAt } from '../../base/json';
import type { GatewayName } from '../../upstream/istio/gateway-classes';
import type { ServiceName } from '../../upstream/istio/service-host';
import type { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { RouteKind } from './gateway-servers';
import type { SelectedPods } from './route-backends';

/** A route that is attached to a Gateway, whatever its targets. */
export interface AttachedRoute {
  /** The route's own object. */
  readonly manifest: Manifest;
  /** The Gateway it is attached to. */
  readonly gateway: GatewayName;
  /** Which of its listeners; one of the Gateway API may be for some only. */
  readonly listeners: readonly ListenerRef[];
  /** `namespace/name` of the ListenerSet of the Gateway that it is attached to, whose listeners are not read; undefined if it is the Gateway's own. */
  readonly listenerSet: string | undefined;
  /** Labels of the Gateway's pods, where istiod makes it of something else; undefined where the Gateway says them. */
  readonly selector?: Readonly<Record<string, string>>;
  /** Whether that is one of Istio's own, or of the Gateway API. */
  readonly api: typeof ISTIO_NETWORKING | typeof GATEWAY_API;
  /** Hosts it is for; empty for those of the Gateway. */
  readonly hosts: readonly string[];
  /** All rules of the route for the Gateway, in their order: what an earlier one takes does not get to a later one. */
  readonly all: readonly RouteRule[];
}

/** A route from a Gateway to a Service. */
export interface GatewayRoute extends AttachedRoute {
  /** The Service that it routes to, or the ServiceEntry that selects {@link pods}. */
  readonly to: ServiceName;
  /** The pods and machines that it routes to without a Service. */
  readonly pods?: SelectedPods;
  /** The port of that Service; undefined if the route does not state it. */
  readonly port: number | undefined;
  /** The rules of the route that lead there. */
  readonly rules: readonly RouteRule[];
  /** Whether the route needs a ReferenceGrant that does not exist. */
  readonly lacksGrant: boolean;
  /** Whether the Service only gets mirrored requests. */
  readonly isMirror: boolean;
}

/** A route at its Gateway, and everything it leads to: nothing if it redirects, or answers by itself. */
export interface RouteWithTargets {
  readonly route: AttachedRoute;
  readonly leads: readonly GatewayRoute[];
}

/** What a route says of the listeners it is for; undefined for what may be any. */
export interface ListenerRef {
  /** Name of the listener. */
  readonly name: string | undefined;
  /** Its port. */
  readonly port: number | undefined;
}

/** A rule of a route, without the parts for other Gateways. */
export interface RouteRule {
  /** The rule, without alternatives for other Gateways. */
  readonly body: JsonValue;
  /** The kind of servers that use it. */
  readonly kind: RouteKind;
  /** What istiod sorts it by, where it sorts what an Ingress says: the one with the first greater number comes first. */
  readonly precedence?: readonly number[];
}

/** A Service that a rule of a route leads to. */
export interface RouteTarget extends Pick<GatewayRoute, 'to' | 'pods' | 'lacksGrant' | 'port' | 'isMirror'> {
  readonly rule: RouteRule;
}

/** What a route says that is for every listener. */
export const ANY_LISTENER: ListenerRef = { name: undefined, port: undefined };

/** A route with its targets: one for each port of a Service, with all rules that lead there. */
export function withTargets(route: AttachedRoute, targets: readonly RouteTarget[]): RouteWithTargets {
  const groups = new Map<string, RouteTarget[]>();
  for (const target of targets) {
    const kind = target.pods === undefined ? 'Service' : 'ServiceEntry';
    addTo(groups, `${kind} ${target.to.namespace}/${target.to.name}:${target.port ?? ''}`, target);
  }
  const leads = [...groups.values()].flatMap((group): readonly GatewayRoute[] => {
    const [first] = group;
    if (first === undefined) return [];
    const lacksGrant = group.every((target) => target.lacksGrant);
    const isMirror = group.every((target) => target.isMirror);
    const rules = group.map(({ rule }) => rule);
    const pods = first.pods && { pods: first.pods };
    return [{ ...route, to: first.to, ...pods, port: first.port, lacksGrant, isMirror, rules }];
  });
  return { route, leads };
}

/** A rule with those of its alternatives that fit; none if it has alternatives and none fits. */
export function narrowed<Rule extends RouteRule>(rule: Rule, fits: (match: JsonValue) => boolean): readonly Rule[] {
  const matches = listAt(rule.body, 'match');
  const fitting = matches.filter(fits);
  if (fitting.length === matches.length || !isObject(rule.body)) return [rule];
  return fitting.length === 0 ? [] : [{ ...rule, body: { ...rule.body, match: fitting } }];
}
