import { cached } from '../../base/cached';
import { isObject, type JsonValue, scalarTextsAt } from '../../base/json';
import { ANY_HOST, commonHosts, hostIsIn } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Workload } from '../cluster/workload';
import { refOf } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { AttachedRoute, RouteRule } from './attached-route';
import type { GatewayServer, GatewayServers } from './gateway-servers';
import { HostIndex } from './host-index';
import { HostTable, type ListedRule } from './host-table';
import { hostsOfRoute, type LabelsOfNamespace, routeAtServer } from './route-at-server';
import { matchesOf, takesAll } from './route-match';
import { precedenceOf, tierOf } from './route-order';
import type { RouteAtPods } from './ways-in';

/** The objects that the tables are built from. */
export interface HostTableSources {
  readonly manifests: ManifestSet;
  readonly servers: GatewayServers;
  /** The routes at a Gateway, by its `namespace/name`. */
  readonly routesAt: (gateway: string) => readonly RouteAtPods[];
  readonly labelsOf: LabelsOfNamespace;
  /** Who sees a VirtualService that does not say it. */
  readonly exportTo: readonly string[];
}

/** The table of each port of each gateway's pods, made when it is first asked for. */
export class HostTables {
  private readonly known = new Map<Workload, Map<number | GatewayServer, HostTable>>();
  private readonly routes = new Map<Workload, Map<string, HostIndex<RouteAtPods>>>();

  public constructor(private readonly sources: HostTableSources) {}

  /**
   * The table that a server's requests are looked up in. Servers for plain HTTP on one port share it, whichever Gateways they are of
   * (istio/istio pilot/pkg/networking/core/gateway.go `buildGatewayHTTPRouteConfig`).
   */
  public of(workload: Workload, server: GatewayServer): HostTable {
    const own = cached(this.known, workload, () => new Map<number | GatewayServer, HostTable>());
    const isShared = isForPlainHttp(server);
    return cached(own, isShared ? server.port : server, () => {
      const isBeside = (one: GatewayServer) => isForPlainHttp(one) && one.port === server.port;
      const table = new HostTable();
      for (const one of isShared ? this.sources.servers.of(workload).filter(isBeside) : [server])
        this.addServer(table, workload, one);
      return table;
    });
  }

  private addServer(table: HostTable, workload: Workload, server: GatewayServer): void {
    const besides = this.besides(server);
    const routes = this.routesOf(workload, server.ref).sharing(server.hosts.map(({ host }) => host));
    for (const one of routes) this.addRoute(table, workload, server, besides, one);
    if (server.redirects) for (const { host } of server.hosts) table.redirect(host);
  }

  /** The routes at a Gateway that the pods see, by their hosts. */
  private routesOf(workload: Workload, gateway: string): HostIndex<RouteAtPods> {
    const own = cached(this.routes, workload, () => new Map<string, HostIndex<RouteAtPods>>());
    return cached(own, gateway, () => {
      const all = this.sources.routesAt(gateway).filter(({ pods }) => pods.includes(workload));
      // What the listeners of a ListenerSet take is not read.
      return new HostIndex(all, ({ route }) => (route.listenerSet === undefined ? hostsOfRoute(route) : [ANY_HOST]));
    });
  }

  private addRoute(
    table: HostTable,
    workload: Workload,
    server: GatewayServer,
    beside: readonly string[],
    one: RouteAtPods,
  ): void {
    const { route } = one;
    const at = routeAtServer(route, server, this.sources.labelsOf);
    const unless = this.unless(one, server, at.dependsOnLabels);
    const [served, besides] = route.listenerSet === undefined ? [at.hosts, beside] : [[ANY_HOST], []];
    const tier = tierOf(route, workload.namespace, this.sources.exportTo);
    at.rules.forEach((rule, index) => {
      for (const body of alternatives(rule.body)) {
        const place = { route, source: rule.source, body, unless, tier, index };
        for (const { host, list } of hostsOf(route, rule.source, body, server, served, besides)) {
          const listed: ListedRule = {
            ...place,
            list,
            takesAll: takesAll(body),
            precedence: precedenceAt(route, rule.source, body),
          };
          table.add(host, listed);
        }
      }
    });
  }

  /** Hosts of the other listeners of a Gateway on the port. */
  private besides({ manifest, listener, port, protocol, tls }: GatewayServer): readonly string[] {
    if (listener === undefined) return [];
    const { namespace = 'default', name } = manifest;
    return this.sources.servers
      .listenersOf({ namespace, name })
      .filter((one) => one.listener !== listener && one.port === port && one.protocol === protocol)
      .filter((one) => (one.tls === 'none') === (tls === 'none'))
      .flatMap((one) => one.hosts.map(({ host }) => host));
  }

  /** What has to be so for a route not to be there. */
  private unless({ route, undiscovered }: RouteAtPods, server: GatewayServer, onLabels: boolean): string | undefined {
    const { manifest, listenerSet } = route;
    const { namespace = 'default' } = manifest;
    if (listenerSet !== undefined) return `no listener of ListenerSet ${listenerSet} accepts requests for the host`;
    if (onLabels)
      return `namespace ${namespace} does not have the labels that Gateway ${server.ref} requires for routes`;
    const [hidden] = undiscovered;
    if (hidden !== undefined) return `istiod does not watch namespace ${hidden}`;
    const file = this.sources.manifests.changedBy(manifest);
    return file && `${file} leaves no requests for the host to ${manifest.kind} ${refOf(manifest)}`;
  }
}

/** The table of a route alone, whose servers are not known. */
export function tableOfRoute(route: AttachedRoute): HostTable {
  const table = new HostTable();
  route.all.forEach((source, index) => {
    for (const body of alternatives(source.body)) {
      const precedence = precedenceAt(route, source, body);
      const place = { route, index, list: '', takesAll: takesAll(body), precedence, tier: 0 };
      table.add(ANY_HOST, { ...place, source, body, unless: undefined });
    }
  });
  return table;
}

/** What a rule is sorted by; nothing in a VirtualService, whose rules are in order. */
function precedenceAt(route: AttachedRoute, { kind, precedence }: RouteRule, body: JsonValue): readonly number[] {
  return precedence ?? (route.api === ISTIO_NETWORKING ? [] : precedenceOf({ body, kind }));
}

function isForPlainHttp({ protocol, tls }: GatewayServer): boolean {
  return protocol === 'http' && tls === 'none';
}

/** A rule for each of its alternatives: servers look at them one by one. */
function alternatives(rule: JsonValue): readonly JsonValue[] {
  const matches = matchesOf(rule);
  if (matches.length < 2 || !isObject(rule)) return [rule];
  const key = 'match' in rule ? 'match' : 'matches';
  return matches.map((match) => ({ ...rule, [key]: [match] }));
}

/** The hosts in whose lists a rule stands at a server, each with the list that istiod sorts by itself. */
function hostsOf(
  route: AttachedRoute,
  rule: RouteRule,
  body: JsonValue,
  server: GatewayServer,
  served: readonly string[],
  besides: readonly string[],
): readonly { readonly host: string; readonly list: string }[] {
  const { kind, namespace } = { kind: rule.kind, namespace: route.manifest.namespace ?? 'default' };
  const own = hostsOfRoute(route);
  const name = `${namespace}/${route.manifest.name}`;
  switch (kind) {
    case 'http':
      // istiod puts the Ingresses for a host together.
      return commonHosts(own, served).map((host) => ({
        host,
        list: route.selector === undefined ? name : `Ingress ${own[0]}`,
      }));
    case 'HTTPRoute':
    case 'GRPCRoute':
      return own
        .filter((host) => isAllowed(host, server.hosts[0]?.host ?? ANY_HOST, besides))
        .flatMap((host) =>
          commonHosts([host], served).map((common) => ({ host: common, list: `${kind} ${server.listener} ${host}` })),
        );
    default: {
      if (commonHosts(own, served).length === 0) return [];
      // A server that terminates TLS uses its own hosts, or no hosts if it has none.
      const names = server.tls === 'passed-on' ? serverNames(route, kind, body, served) : served;
      return (server.tls === 'none' ? [ANY_HOST] : names).map((host) => ({ host, list: name }));
    }
  }
}

/** The server names by which TLS that is passed on gets to a rule. */
function serverNames(
  route: AttachedRoute,
  kind: RouteRule['kind'],
  body: JsonValue,
  served: readonly string[],
): readonly string[] {
  if (kind === 'TLSRoute') return commonHosts(hostsOfRoute(route), served);
  return matchesOf(body).flatMap((match) => scalarTextsAt(match, 'sniHosts'));
}

/**
 * Whether a route of the Gateway API has a host at a listener: not if that is one of a better listener beside it (istio/istio
 * pilot/pkg/config/kube/gateway/conversion.go `hostnameAllowedByIsolation`).
 */
function isAllowed(host: string, own: string, besides: readonly string[]): boolean {
  if (!own.startsWith('*')) return true;
  if (commonHosts([host], [own]).length === 0) return false;
  const length = own === ANY_HOST ? 0 : own.length;
  return besides.every(
    (other) => other === own || other === ANY_HOST || length > other.length || !hostIsIn(host, other),
  );
}
