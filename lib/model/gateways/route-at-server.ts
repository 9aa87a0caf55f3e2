import { field, type JsonValue, scalarText } from '../../base/json';
import { hostCovers } from '../../upstream/istio/service-host';
import { takesFrom } from './allowed-namespaces';
import { type GatewayRoute, type ListenerRef, narrowed } from './gateway-routes';
import type { GatewayServer } from './gateway-servers';
import { mayTake, pathRank, type RoutedRequest, takesSurely } from './route-match';

/** Labels of a namespace; undefined if it is not among the manifests. */
type LabelsOfNamespace = (name: string) => Readonly<Record<string, string>> | undefined;

/** A rule that a server looks at. */
export interface RuleAtServer {
  /** Without alternatives for other Gateways and ports. */
  readonly body: JsonValue;
  /** Whether it leads to the Service that the route is for, or somewhere else. */
  readonly leads: boolean;
}

/** What a server of a Gateway makes of a route. */
export interface RouteAtServer {
  /** The rules that it looks at; none leads on if the route is not for its listener, its port or its protocol. */
  readonly rules: readonly RuleAtServer[];
  /** Hosts of the server that take routes of that namespace; empty if the route is not attached. */
  readonly hosts: readonly string[];
  /** Whether they take it only if the namespace has labels that are not known. */
  readonly dependsOnLabels: boolean;
}

/** What of a route a server sends requests on by (istio/istio pilot/pkg/networking/core/gateway.go, pilot/pkg/config/kube/gateway/conversion.go `referenceAllowed`). */
export function routeAtServer(route: GatewayRoute, server: GatewayServer, labelsOf: LabelsOfNamespace): RouteAtServer {
  const namespace = route.manifest.namespace ?? 'default';
  const hosts = server.hosts
    .map(({ host, allowed }) => ({ host, taken: takesFrom(allowed, namespace, labelsOf(namespace)) }))
    .filter(({ taken }) => taken !== false);
  return {
    rules: route.listeners.some((one) => isListener(one, server)) ? rulesAt(route, server) : [],
    hosts: hosts.map(({ host }) => host),
    dependsOnLabels: hosts.every(({ taken }) => taken === undefined),
  };
}

/** Whether some host is both a route's and one of those; a route without hosts is for all. */
export function sharesHost(hosts: readonly string[], served: readonly string[]): boolean {
  const [own, offered] = [hosts, served].map((list) => list.map((host) => host.toLowerCase()));
  if (own === undefined || offered === undefined) return false;
  if (own.length === 0) return offered.length > 0;
  return offered.some((one) => own.some((other) => hostCovers(one, other) || hostCovers(other, one)));
}

/** Whether some host is both a route's and a server's, whichever namespaces' routes that takes. */
export function isForHostOf(hosts: readonly string[], server: GatewayServer): boolean {
  return sharesHost(
    hosts,
    server.hosts.map(({ host }) => host),
  );
}

/** How well some host of a list fits the host of a request: servers give it to the routes with the best (Envoy's order of domains). */
export function hostRank(hosts: readonly string[], host: string): number {
  const fitting = hosts.map((one) => one.toLowerCase()).filter((one) => hostCovers(one, host));
  return Math.max(0, ...fitting.map((one) => (one.startsWith('*') ? one.length : Number.POSITIVE_INFINITY)));
}

/** Whether a route that says this of its listener may be for a server. */
export function isListener({ name, port }: ListenerRef, server: GatewayServer): boolean {
  return (name ?? server.listener) === server.listener && (port ?? server.port) === server.port;
}

/** A VirtualService may say the port of the server in each alternative. */
function rulesAt({ all, rules }: GatewayRoute, server: GatewayServer): readonly RuleAtServer[] {
  const leading = new Set(rules);
  return all
    .filter(({ kind }) => server.takes.includes(kind))
    .flatMap((rule) =>
      narrowed(rule, (match) => isForPort(match, server.port)).map(({ body }) => ({ body, leads: leading.has(rule) })),
    );
}

/**
 * The rules by which a request may get to the Service. Of a VirtualService the first that takes a request has it, so none behind one
 * that takes it for sure; of a route of the Gateway API the one with the longest path.
 */
export function leadingRules(
  rules: readonly RuleAtServer[],
  request: RoutedRequest,
  isOrdered: boolean,
): readonly JsonValue[] {
  const leading = (some: readonly RuleAtServer[]) =>
    some.filter(({ body, leads }) => leads && mayTake(body, request)).map(({ body }) => body);
  if (isOrdered) {
    const end = rules.findIndex(({ body }) => takesSurely(body, request));
    return leading(end < 0 ? rules : rules.slice(0, end + 1));
  }
  const others = rules.filter(({ leads }) => !leads).map(({ body }) => pathRank(body, request, true));
  const longest = others.reduce((one, other) => Math.max(one, other), 0);
  return leading(rules).filter((body) => pathRank(body, request, false) >= longest);
}

function isForPort(match: JsonValue, port: number): boolean {
  const wanted = Number(scalarText(field(match, 'port')) ?? 0);
  return wanted === 0 || wanted === port;
}
