import { field, type JsonValue, scalarText } from '../../base/json';
import { hostCovers } from '../../upstream/istio/service-host';
import { takesFrom } from './allowed-namespaces';
import { type GatewayRoute, narrowed } from './gateway-routes';
import type { GatewayServer } from './gateway-servers';

/** Labels of a namespace; undefined if it is not among the manifests. */
type LabelsOfNamespace = (name: string) => Readonly<Record<string, string>> | undefined;

/** What a server of a Gateway makes of a route. */
export interface RouteAtServer {
  /** The rules that it looks at; empty if the route is not for its listener, its port or its protocol. */
  readonly rules: readonly JsonValue[];
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
    rules: isForListener(route, server) ? rulesAt(route, server) : [],
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

function isForListener({ listeners }: GatewayRoute, server: GatewayServer): boolean {
  return listeners.some(
    ({ name, port }) => (name ?? server.listener) === server.listener && (port ?? server.port) === server.port,
  );
}

/** A VirtualService may say the port of the server in each alternative. */
function rulesAt({ rules }: GatewayRoute, server: GatewayServer): readonly JsonValue[] {
  return rules
    .filter(({ kind }) => server.takes.includes(kind))
    .flatMap((rule) => narrowed(rule, (match) => isForPort(match, server.port)))
    .map(({ body }) => body);
}

function isForPort(match: JsonValue, port: number): boolean {
  const wanted = Number(scalarText(field(match, 'port')) ?? 0);
  return wanted === 0 || wanted === port;
}
