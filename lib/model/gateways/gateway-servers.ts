import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import {
  field,
  isObject,
  type JsonValue,
  listAt,
  numberAt,
  scalarText,
  scalarTextsAt,
  textAt,
  textsAt,
} from '../../base/json';
import type { GatewayName } from '../../upstream/istio/gateway-classes';
import {
  GATEWAY_NAME_LABEL,
  type IngressSettings,
  ingressGatewayName,
  TERMINATE_MODE_OPTION,
} from '../../upstream/istio/gateway-classes';
import { type PortProtocol, readsHttp, speaksHttp } from '../../upstream/istio/port-protocol';
import { ANY_HOST } from '../../upstream/istio/service-host';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { type Labelled, selects } from '../cluster/label-index';
import { type Manifest, refOf } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { type AllowedNamespaces, allowedByHost, allowedByListener } from './allowed-namespaces';
import { HostIndex } from './host-index';
import { ingresses } from './ingresses';

/** A server of a Gateway, which configures one port of the pods that the Gateway selects. */
export interface GatewayServer {
  /** The Gateway, of Istio's or of the Gateway API. */
  readonly manifest: Manifest;
  /** `namespace/name` of the Gateway. */
  readonly ref: string;
  /** Name of the listener, which routes of the Gateway API may name; undefined for one of Istio's servers. */
  readonly listener: string | undefined;
  /** Port as the Service has it. */
  readonly port: number;
  /** Whether the proxy parses HTTP: passed-through TLS is only bytes to it. */
  readonly protocol: Extract<PortProtocol, 'http' | 'tcp'>;
  /** The kinds of routes that it accepts. */
  readonly takes: readonly RouteKind[];
  /** Its hosts, each with the namespaces whose routes it accepts. */
  readonly hosts: readonly ServedHost[];
  /** The TLS that it requires from clients. */
  readonly tls: ServerTls;
  /** Whether it answers every request with a redirect to HTTPS, so that none is forwarded. */
  readonly redirects: boolean;
}

/**
 * What a server requires from clients: no TLS, TLS without or with a client certificate, a mesh certificate, or TLS that
 * it passes through.
 */
export type ServerTls = 'none' | 'simple' | 'mutual' | 'optional-mutual' | 'istio-mutual' | 'passed-on';

/** What can be a rule of a route: a list of a VirtualService, or a kind of the Gateway API. */
export type RouteKind = 'http' | 'tcp' | 'tls' | (typeof API_ROUTES)[number];

/** Kinds of routes of the Gateway API. */
export const API_ROUTES = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const;

/** Which of them fit a listener (istio/istio pilot/pkg/config/kube/gatewaycommon/conversion.go `GenerateGatewaySupportedKinds`). */
const LISTENER_ROUTES: ReadonlyMap<string, readonly RouteKind[]> = new Map([
  ['HTTP', ['HTTPRoute', 'GRPCRoute']],
  ['TCP', ['TCPRoute']],
  ['TLS', ['TLSRoute', 'TCPRoute']],
]);

/** Istio's modes (istio/api networking/v1/gateway.proto `ServerTLSSettings.TLSmode`). */
const MODES: ReadonlyMap<string, ServerTls> = new Map([
  ['SIMPLE', 'simple'],
  ['MUTUAL', 'mutual'],
  ['OPTIONAL_MUTUAL', 'optional-mutual'],
  ['ISTIO_MUTUAL', 'istio-mutual'],
  ['PASSTHROUGH', 'passed-on'],
  ['AUTO_PASSTHROUGH', 'passed-on'],
]);

/** A host of a server. */
export interface ServedHost {
  /** A name, or a wildcard. */
  readonly host: string;
  /** The namespaces whose routes it accepts. */
  readonly allowed: AllowedNamespaces;
}

/** The servers that the Gateways in the manifests configure on gateways. */
export class GatewayServers {
  private readonly ofIstio: readonly {
    readonly manifest: Manifest;
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly GatewayServer[];
  }[];
  private readonly ofApi = new Map<string, GatewayServer[]>();
  private readonly ofPods = new Map<Labelled, readonly GatewayServer[]>();
  private readonly byRef = new Map<Labelled, ReadonlyMap<string, HostIndex<GatewayServer>>>();
  private byManifest: ReadonlyMap<Manifest, HostIndex<GatewayServer>> | undefined;

  public constructor(manifests: ManifestSet, ingress: IngressSettings) {
    const ofIngresses = ingresses(manifests, ingress).map((manifest) => {
      return { manifest, selector: ingress.selector, servers: ingressServers(manifest) };
    });
    const written = manifests.ofKind('Gateway', ISTIO_NETWORKING).map((manifest) => ({
      manifest,
      selector: textsAt(manifest.body, 'spec', 'selector'),
      servers: listAt(manifest.body, 'spec', 'servers').flatMap((server) => toServer(manifest, server)),
    }));
    this.ofIstio = [...written, ...ofIngresses];
    for (const manifest of manifests.ofKind('Gateway', GATEWAY_API)) {
      for (const listener of listAt(manifest.body, 'spec', 'listeners')) {
        for (const server of toListener(manifest, listener)) addTo(this.ofApi, server.ref, server);
      }
    }
  }

  /** The servers of a gateway's pods: of Istio's Gateways that select them in any namespace, or of their own Gateway. */
  public of(pods: Labelled): readonly GatewayServer[] {
    return cached(this.ofPods, pods, () => {
      const { namespace, labels } = pods;
      const name = labels[GATEWAY_NAME_LABEL];
      const own = name === undefined ? [] : (this.ofApi.get(`${namespace}/${name}`) ?? []);
      return [...own, ...this.ofIstio.flatMap(({ selector, servers }) => (selects(selector, labels) ? servers : []))];
    });
  }

  /**
   * Those of the servers of a gateway's pods that one Gateway configures, by their hosts.
   *
   * @param ref `namespace/name` of the Gateway
   */
  public ofGateway(pods: Labelled, ref: string): HostIndex<GatewayServer> {
    return cached(this.byRef, pods, () => indexesBy(this.of(pods), (server) => server.ref)).get(ref) ?? NO_SERVERS;
  }

  /** The servers of one of Istio's Gateways, by their hosts. */
  public serversOf(gateway: Manifest): HostIndex<GatewayServer> {
    this.byManifest ??= indexesBy(
      this.ofIstio.flatMap(({ servers }) => servers),
      ({ manifest }) => manifest,
    );
    return this.byManifest.get(gateway) ?? NO_SERVERS;
  }

  /** The listeners of a Gateway of the Gateway API; empty if it is not among the manifests. */
  public listenersOf({ namespace, name }: GatewayName): readonly GatewayServer[] {
    return this.ofApi.get(`${namespace}/${name}`) ?? [];
  }
}

const NO_SERVERS = toIndex([]);

function toIndex(servers: readonly GatewayServer[]): HostIndex<GatewayServer> {
  return new HostIndex(servers, ({ hosts }) => hosts.map(({ host }) => host));
}

function indexesBy<K>(
  servers: readonly GatewayServer[],
  keyOf: (server: GatewayServer) => K,
): ReadonlyMap<K, HostIndex<GatewayServer>> {
  const groups = new Map<K, GatewayServer[]>();
  for (const server of servers) addTo(groups, keyOf(server), server);
  return new Map([...groups].map(([key, group]) => [key, toIndex(group)]));
}

/** The protocol of a port by its servers: undefined without a server, `detect` if it may be either. */
export function serverProtocol(servers: readonly GatewayServer[], ports: readonly number[]): PortProtocol | undefined {
  const protocols = new Set(servers.filter(({ port }) => ports.includes(port)).map(({ protocol }) => protocol));
  const [only, ...others] = protocols;
  return others.length > 0 ? 'detect' : only;
}

function toServer(manifest: Manifest, server: JsonValue): readonly GatewayServer[] {
  const port = Number(scalarText(field(server, 'port', 'number')));
  if (!Number.isInteger(port)) return [];
  const spoken = textAt(server, 'port', 'protocol') ?? '';
  const isPlain = speaksHttp(spoken);
  const tls = isPlain ? 'none' : tlsOf(server, spoken.toUpperCase());
  const redirects = isPlain && field(server, 'tls', 'httpsRedirect') === true;
  const isHttp = readsHttp(spoken, tls === 'passed-on');
  const hosts = servedHosts(manifest, server);
  const about = { manifest, ref: refOf(manifest), listener: undefined, port, hosts, tls, redirects };
  return [{ ...about, protocol: isHttp ? 'http' : 'tcp', takes: isForClusters(server) ? [] : [routesOf(isHttp, tls)] }];
}

/** The hosts of one of Istio's servers; each may name the namespace whose routes it is for. */
export function servedHosts({ namespace = 'default' }: Manifest, server: JsonValue): readonly ServedHost[] {
  return scalarTextsAt(server, 'hosts').map((host) => ({
    host: host.slice(host.indexOf('/') + 1),
    allowed: allowedByHost(host, namespace),
  }));
}

/** The servers that istiod makes of an Ingress: port 80 for all hosts, and port 443 for those with a certificate. */
function ingressServers(manifest: Manifest): readonly GatewayServer[] {
  const { namespace, name } = ingressGatewayName(manifest);
  const about = {
    manifest,
    ref: `${namespace}/${name}`,
    listener: undefined,
    protocol: 'http',
    redirects: false,
  } as const;
  const toServer = (port: number, tls: GatewayServer['tls'], hosts: readonly string[]): GatewayServer => ({
    ...about,
    port,
    tls,
    takes: ['http'],
    hosts: hosts.map((host) => ({ host, allowed: 'all' })),
  });
  const secured = listAt(manifest.body, 'spec', 'tls').flatMap((one) => {
    const hosts = scalarTextsAt(one, 'hosts');
    return (textAt(one, 'secretName') ?? '') === ''
      ? []
      : [toServer(443, 'simple', hosts.length > 0 ? hosts : [ANY_HOST])];
  });
  return [...secured, toServer(80, 'none', [ANY_HOST])];
}

/** Whether a server brings traffic of other clusters to the Services their names say, without any route (istio/istio pilot/pkg/networking/core/gateway.go `builtAutoPassthroughFilterChains`). */
function isForClusters(server: JsonValue): boolean {
  return textAt(server, 'tls', 'mode') === 'AUTO_PASSTHROUGH';
}

/** Which routes of VirtualServices a server looks at (istio/istio pilot/pkg/networking/core/gateway.go). */
function routesOf(isHttp: boolean, tls: ServerTls): RouteKind {
  if (isHttp) return 'http';
  return tls === 'passed-on' ? 'tls' : 'tcp';
}

function tlsOf(server: JsonValue, spoken: string): ServerTls {
  // The first value of the enumeration is what no mode means.
  if (isObject(field(server, 'tls'))) return MODES.get(textAt(server, 'tls', 'mode') ?? 'PASSTHROUGH') ?? 'simple';
  return spoken === 'HTTPS' ? 'simple' : 'none';
}

function toListener(manifest: Manifest, listener: JsonValue): readonly GatewayServer[] {
  const port = numberAt(listener, 'port');
  if (port === undefined) return [];
  const spoken = textAt(listener, 'protocol') ?? '';
  // A listener of protocol TLS is bytes, whether it ends the TLS or passes it on.
  const isHttp = readsHttp(spoken, false);
  const allowed = allowedByListener(listener, manifest.namespace ?? 'default');
  return [
    {
      manifest,
      ref: refOf(manifest),
      listener: textAt(listener, 'name'),
      port,
      protocol: isHttp ? 'http' : 'tcp',
      takes: routeKindsOf(listener, isHttp ? 'HTTP' : spoken),
      hosts: [{ host: textAt(listener, 'hostname') ?? '*', allowed }],
      tls: listenerTls(manifest, listener, port),
      redirects: false,
    },
  ];
}

/** The kinds of routes that a listener takes: those of its protocol that it does not leave out. */
function routeKindsOf(listener: JsonValue, protocol: string): readonly RouteKind[] {
  // Without a mode, the API server writes Terminate.
  const endsTls = (textAt(listener, 'tls', 'mode') ?? 'Terminate') === 'Terminate';
  const fitting = LISTENER_ROUTES.get(protocol)?.filter((kind) => protocol !== 'TLS' || kind !== 'TCPRoute' || endsTls);
  const kinds = listAt(listener, 'allowedRoutes', 'kinds').map((one) => textAt(one, 'kind'));
  return (fitting ?? []).filter((kind) => kinds.length === 0 || kinds.includes(kind));
}

/** What istiod makes of a listener's TLS (istio/istio pilot/pkg/config/kube/gateway/conversion.go `buildTLS`). */
function listenerTls({ body }: Manifest, listener: JsonValue, port: number): ServerTls {
  if (!isObject(field(listener, 'tls'))) return 'none';
  if (textAt(listener, 'tls', 'mode') === 'Passthrough') return 'passed-on';
  const option = textAt(listener, 'tls', 'options', TERMINATE_MODE_OPTION) ?? '';
  const asked = option === 'ISTIO_SIMPLE' ? 'simple' : MODES.get(option);
  if (asked !== undefined && asked !== 'passed-on') return asked;
  const frontend = field(body, 'spec', 'tls', 'frontend');
  const ofPort = listAt(frontend, 'perPort').find((one) => field(one, 'port') === port);
  const validation = field(ofPort === undefined ? field(frontend, 'default') : field(ofPort, 'tls'), 'validation');
  if (listAt(validation, 'caCertificateRefs').length === 0) return 'simple';
  return textAt(validation, 'mode') === 'AllowInsecureFallback' ? 'optional-mutual' : 'mutual';
}
