import { field, isObject, type JsonValue, listAt, objectAt, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { resolveHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { selectorOf } from './gateway-selector';

/** A host at the pods of a gateway, as a VirtualService takes it. */
interface Entrance {
  /** The same for all that end at the same pods, port and host. */
  readonly key: string;
  readonly host: string;
  readonly virtualService: Manifest;
  readonly pointer: string;
}

/** The hosts that VirtualServices take at gateways with a route for every request. */
function entrances({ manifests }: CheckContext): readonly Entrance[] {
  const servers = new Map<Manifest, readonly Server[]>();
  const serversOf = (name: string, user: Manifest): readonly Server[] => {
    const gateway = manifests.find('Gateway', ...qualified(name, user));
    if (gateway === undefined) return [{ place: qualified(name, user).join('/'), hosts: undefined }];
    const known = servers.get(gateway) ?? readServers(gateway);
    servers.set(gateway, known);
    return known;
  };
  return manifests
    .ofKind('VirtualService', ISTIO_NETWORKING)
    .filter(({ body }) => listAt(body, 'spec', 'http').some(isCatchAll))
    .flatMap((virtualService) =>
      listAt(virtualService.body, 'spec', 'gateways')
        .filter((name) => typeof name === 'string')
        .filter((name) => name !== 'mesh')
        .flatMap((name) => serversOf(name, virtualService))
        .flatMap((server) => takenHosts(virtualService, server)),
    );
}

/** A route for every request: such routes come after all others, and only the first of them is ever used. */
function isCatchAll(route: JsonValue): boolean {
  const matches = listAt(route, 'match');
  const isEverything = (match: JsonValue) =>
    isObject(match) &&
    Object.keys(match).every((key) => key === 'name' || (key === 'uri' && textAt(match, 'uri', 'prefix') === '/'));
  return matches.length === 0 || matches.some(isEverything);
}

/** What a Gateway listens for at one port of its pods. */
interface Server {
  /** Pods and port: the servers of several Gateways for the same are one, as istiod merges them. */
  readonly place: string;
  /** Undefined if the Gateway is not among the manifests: any may be. */
  readonly hosts: OfferedHosts | undefined;
}

/** Hosts as servers list them, found without a look at all of them. */
class OfferedHosts {
  private readonly exact = new Set<string>();
  private readonly starred: string[] = [];

  public add(host: string): void {
    if (host.startsWith('*')) this.starred.push(host);
    else this.exact.add(host);
  }

  /** What a VirtualService for a host takes of them: the narrower of two hosts where one holds the other. */
  public taken(host: string): readonly string[] {
    const isOffered = this.exact.has(host) || this.starred.some((wide) => holds(wide, host));
    const narrower = host.startsWith('*') ? [...this.exact, ...this.starred].filter((one) => holds(host, one)) : [];
    return [...new Set(isOffered ? [host, ...narrower] : narrower)];
  }
}

function readServers(gateway: Manifest): readonly Server[] {
  const selector = selectorOf(gateway);
  const byPlace = new Map<string, OfferedHosts>();
  for (const server of listAt(gateway.body, 'spec', 'servers')) {
    const place = JSON.stringify([selector, field(objectAt(server, 'port'), 'number') ?? null]);
    const hosts = byPlace.get(place) ?? new OfferedHosts();
    byPlace.set(place, hosts);
    for (const host of listAt(server, 'hosts')) if (typeof host === 'string') hosts.add(host.replace(/^[^/]*\//, ''));
  }
  return [...byPlace].map(([place, hosts]) => ({ place, hosts }));
}

function takenHosts(virtualService: Manifest, { place, hosts }: Server): readonly Entrance[] {
  return listAt(virtualService.body, 'spec', 'hosts').flatMap((host, index) => {
    if (typeof host !== 'string') return [];
    const pointer = `/spec/hosts/${index}`;
    const full = resolveHost(host, virtualService.namespace ?? 'default');
    return (hosts?.taken(full) ?? [full]).map((one) => ({
      key: `${place}\n${one.toLowerCase()}`,
      host: one,
      virtualService,
      pointer,
    }));
  });
}

function holds(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*') && narrow.endsWith(wide.slice(1)));
}

function qualified(name: string, user: Manifest): [namespace: string, name: string] {
  const slash = name.indexOf('/');
  return slash < 0 ? [user.namespace ?? 'default', name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** Whether two documents are one object, perhaps as it is at another time: they are never there together. */
function areVariants(one: Manifest, other: Manifest): boolean {
  return one.name === other.name && one.namespace === other.namespace;
}

const gateway = (name: string) => `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
    - hosts: ["*"]
      port: {name: http, number: 80, protocol: HTTP}
`;

const route = (name: string, host: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
  gateways: [${name}]
  hosts: ["${host}"]
  http: [{route: [{destination: {host: ${name}.shop.svc.cluster.local, port: {number: 80}}}]}]
`;

/** What gateways do with requests. */
export const ROUTE_RULES = [
  defineRule({
    id: 'gateway-hosts-overlap',
    subject: 'Routes of gateways',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Two services behind the same host',
    found: 'VirtualService {other} has a route for every request to host {host} at the same gateway',
    why: 'istiod puts the routes for a host one after another, and the first that matches everything gets all requests: one of the services is never reached, and the files do not determine which.',
    fix: 'give each its own host, or match paths in one VirtualService',
    source:
      'istio/istio pilot/pkg/networking/core/gateway.go, pilot/pkg/networking/core/route/route.go (SortVHostRoutes)',
    wrong: stream(gateway('front-end'), route('front-end', '*'), gateway('docs'), route('docs', '*')),
    right: stream(
      gateway('front-end'),
      route('front-end', 'shop.example.com'),
      gateway('docs'),
      route('docs', 'docs.example.com'),
    ),
    check(context, report) {
      const first = new Map<string, Manifest>();
      for (const { key, host, virtualService, pointer } of entrances(context)) {
        const other = first.get(key);
        if (other === undefined) first.set(key, virtualService);
        else if (!areVariants(other, virtualService)) report(virtualService, pointer, { other: other.name, host });
      }
    },
  }),
];
