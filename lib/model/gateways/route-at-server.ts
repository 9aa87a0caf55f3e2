import { field, type JsonValue, scalarText } from '../../base/json';
import { ANY_HOST, commonHosts } from '../../upstream/istio/service-host';
import { takesFrom } from './allowed-namespaces';
import { type AttachedRoute, type ListenerRef, narrowed, type RouteRule } from './attached-route';
import type { GatewayServer } from './gateway-servers';

/** Labels of a namespace; undefined if it is not in the manifests. */
export type LabelsOfNamespace = (name: string) => Readonly<Record<string, string>> | undefined;

/** A rule that a server looks at. */
export interface RuleAtServer {
  /** Without alternatives for other Gateways and ports. */
  readonly body: JsonValue;
  /** The rule of the route that it is. */
  readonly source: RouteRule;
}

/** What a server of a Gateway makes of a route. */
export interface RouteAtServer {
  /** The rules that it looks at; none if the route is not for its listener, its port or its protocol. */
  readonly rules: readonly RuleAtServer[];
  /** Hosts of the server that take routes of that namespace; empty if the route is not attached. */
  readonly hosts: readonly string[];
  /** Whether they take it only if the namespace has labels that are not known. */
  readonly dependsOnLabels: boolean;
}

/** What of a route a server sends requests on by (istio/istio pilot/pkg/networking/core/gateway.go, pilot/pkg/config/kube/gateway/conversion.go `referenceAllowed`). */
export function routeAtServer(route: AttachedRoute, server: GatewayServer, labelsOf: LabelsOfNamespace): RouteAtServer {
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

/** The hosts that a route is for: all if it names none. */
export function hostsOfRoute({ hosts }: Pick<AttachedRoute, 'hosts'>): readonly string[] {
  return hosts.length > 0 ? hosts : [ANY_HOST];
}

/** Whether some host is both a route's and a server's, whichever namespaces' routes that takes. */
export function isForHostOf(route: Pick<AttachedRoute, 'hosts'>, server: GatewayServer): boolean {
  const served = server.hosts.map(({ host }) => host);
  return commonHosts(hostsOfRoute(route), served).length > 0;
}

/** Whether a route that says this of its listener may be for a server. */
export function isListener({ name, port }: ListenerRef, server: GatewayServer): boolean {
  return (name ?? server.listener) === server.listener && (port ?? server.port) === server.port;
}

/** A VirtualService may say the port of the server in each alternative. */
function rulesAt({ all }: AttachedRoute, server: GatewayServer): readonly RuleAtServer[] {
  return all
    .filter(({ kind }) => server.takes.includes(kind))
    .flatMap((rule) =>
      narrowed(rule, (match) => isForPort(match, server.port)).map(({ body }) => ({ body, source: rule })),
    );
}

function isForPort(match: JsonValue, port: number): boolean {
  const wanted = Number(scalarText(field(match, 'port')) ?? 0);
  return wanted === 0 || wanted === port;
}
