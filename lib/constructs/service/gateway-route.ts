import type { ApiObject } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { checkObjectName } from '../../upstream/kubernetes/names';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import { addObject } from '../kubernetes/kubernetes-object';
import type { ForeignCaller } from '../teleport/trust-bundle';
import type { HttpRequests } from './call';
import { addGatewayClients, type GatewayClients } from './gateway-clients';
import type { Port } from './port';
import type { RoutedService } from './routed-service';

/** What is exposed through a gateway of any kind. */
export interface RouteOptions {
  /**
   * Host names that clients request; at one gateway, each routes to one service.
   *
   * @default ['*'] - every name that resolves to the gateway
   */
  readonly hosts?: readonly [string, ...string[]];
  /**
   * Port of the service's Service.
   *
   * @default - its first HTTP port
   */
  readonly port?: number;
  /**
   * Requests that the gateway may send to the service, any of which must match.
   *
   * @default - every request
   */
  readonly requests?: readonly [HttpRequests, ...HttpRequests[]];
}

/** A certificate that is presented to clients, and its hosts. */
export interface GatewayCertificate {
  /** Hosts that use the certificate. */
  readonly hosts: readonly [string, ...string[]];
  /** Secret of type `kubernetes.io/tls`, in the gateway's namespace. */
  readonly secret: string;
}

/** What is exposed through Istio's gateway, with one certificate, several, or none. */
export type ExposeOptions = RouteOptions & (OneCertificate | SeveralCertificates);

/** Hosts that share a certificate, or have none. */
export interface OneCertificate {
  /**
   * Secret of type `kubernetes.io/tls`, in the gateway's namespace, with the certificate that is presented to clients.
   * The gateway gets it from istiod, not from the socket: a public certificate is not an identity of the mesh.
   *
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string;
  /**
   * Whether port 80 redirects clients to HTTPS with status 301; otherwise nothing listens there.
   *
   * @default true if there is a certificate and the gateway has port 80
   */
  readonly redirectHttp?: boolean;
  /**
   * Clients of another trust domain: the gateway requires their certificates and denies all other clients. Requires
   * `tlsSecret`, and `hosts` with full names.
   *
   * @default - all clients, without a client certificate
   */
  readonly clients?: readonly [ForeignCaller, ...ForeignCaller[]];
  readonly certificates?: never;
}

/** Hosts with their own certificates. */
export interface SeveralCertificates {
  /** Certificates, each with its hosts; cannot be combined with `hosts` and `tlsSecret`. */
  readonly certificates: readonly [GatewayCertificate, ...GatewayCertificate[]];
  /**
   * Whether port 80 redirects clients to HTTPS with status 301; otherwise nothing listens there.
   *
   * @default true if the gateway has port 80
   */
  readonly redirectHttp?: boolean;
  readonly tlsSecret?: never;
  readonly hosts?: never;
  readonly clients?: never;
}

/** The route from a gateway to a service. */
export interface GatewayRoute {
  /** The Istio `Gateway`, which configures the listeners of the gateway's pods. */
  readonly gateway: ApiObject;
  /** The `VirtualService`, which routes to the service. */
  readonly virtualService: ApiObject;
  /** The port of the service that it routes to. */
  readonly port: Port;
  /** The objects that allow only clients of another trust domain; undefined without `clients`. */
  readonly clients?: GatewayClients;
}

/**
 * Writes the `Gateway` and the `VirtualService`, beside the service they lead to.
 *
 * @throws InvalidInputError if the service has no such HTTP port, the gateway no port for it to come in, or a host or
 * the Secret's name is not valid, or if another service has a host
 */
export function addGatewayRoute(service: RoutedService, gateway: IngressGateway, options: ExposeOptions): GatewayRoute {
  const port = findHttpPort(service, options.port);
  const written = serversOf(service, gateway, options);
  const hosts = [...new Set(written.flatMap((server) => server.hosts))];
  for (const server of written) {
    service.namespace.mesh.gatewayHosts.claim(service.node.path, gateway, server.port.number, server.hosts);
  }
  const clients = clientsOf(service, gateway, hosts, options);
  // Only what clients come in by has a certificate; the redirect has none.
  const servers = written.map((server) =>
    clients === undefined || server.port.number !== HTTPS_PORT
      ? server
      : { ...server, tls: { ...server.tls, ...clients.tls } },
  );
  const metadata = { name: service.name, namespace: service.namespace.name };
  return {
    port,
    ...(clients && { clients }),
    gateway: addObject(service, 'gateway', {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'Gateway',
      metadata,
      spec: { selector: gateway.matchLabels, servers },
    }),
    virtualService: addObject(service, 'virtual-service', {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'VirtualService',
      metadata,
      spec: {
        gateways: [service.name],
        hosts,
        http: [{ route: [{ destination: { host: service.host, port: { number: port.number } } }] }],
      },
    }),
  };
}

/**
 * The HTTP port of a service that a route ends at.
 *
 * @throws InvalidInputError if it has no such port
 */
export function findHttpPort(service: RoutedService, wanted: number | undefined): Port {
  const http = service.ports.filter((port) => port.kind === 'http');
  const port = http.find(({ number }) => wanted === undefined || number === wanted);
  if (port === undefined) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: 'a gateway routes HTTP, but the service does not have this HTTP port',
      value: wanted ?? service.ports.join(', '),
      allowed: http.join(', ') || 'a service with an HTTP port',
      fix:
        http.length > 0
          ? "use the number of the Service's port, not the one the container listens on"
          : 'declare the port as HTTP if it is HTTP: Port.http(…) or Port.grpc(…); other protocols need a LoadBalancer: exposeToInternet',
    });
  }
  return port;
}

/** A server of a `Gateway`: it names ports of the gateway's Service. */
interface GatewayServer {
  readonly hosts: readonly string[];
  readonly port: { readonly name: string; readonly number: number; readonly protocol: string };
  readonly tls?: Readonly<Record<string, unknown>>;
}

/** Port of the gateway's Service that clients with a certificate come in by. */
const HTTPS_PORT = 443;

function clientsOf(
  service: RoutedService,
  gateway: IngressGateway,
  hosts: readonly string[],
  { clients, tlsSecret }: ExposeOptions,
): GatewayClients | undefined {
  if (clients === undefined) return undefined;
  const port = gateway.ports.find((each) => each.port === HTTPS_PORT);
  if (tlsSecret === undefined || port === undefined) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: 'clients present their certificates in TLS, but the gateway has no certificate',
      value: { clients: clients.map(({ principal }) => principal.toString()) },
      allowed: 'clients together with tlsSecret',
      fix: "pass the name of the Secret with the gateway's certificate",
    });
  }
  return addGatewayClients(service, gateway, port, hosts, clients);
}

function serversOf(service: RoutedService, gateway: IngressGateway, options: ExposeOptions): readonly GatewayServer[] {
  const plain = { name: 'http', number: 80, protocol: 'HTTP' };
  const { hosts = ['*'], tlsSecret, redirectHttp } = options;
  const certificates =
    options.certificates ?? (tlsSecret === undefined ? [] : [{ hosts: hosts as [string], secret: tlsSecret }]);
  if (certificates.length === 0) {
    if (redirectHttp === true) throw nothingToRedirectTo(service);
    checkPort(service, gateway, plain.number);
    return [{ hosts, port: plain }];
  }
  checkPort(service, gateway, HTTPS_PORT);
  const secure = certificates.map(({ hosts: named, secret }, index) => {
    checkObjectName(service.node.path, secret);
    // Names of servers' ports are unique in a Gateway.
    const name = index === 0 ? 'https' : `https-${index + 1}`;
    return {
      hosts: named,
      port: { name, number: HTTPS_PORT, protocol: 'HTTPS' },
      tls: { mode: 'SIMPLE', credentialName: secret },
    };
  });
  if (!(redirectHttp ?? hasPort(gateway, plain.number))) return secure;
  checkPort(service, gateway, plain.number);
  const all = [...new Set(secure.flatMap((server) => server.hosts))];
  return [...secure, { hosts: all, port: plain, tls: { httpsRedirect: true } }];
}

function nothingToRedirectTo(service: RoutedService): InvalidInputError {
  return new InvalidInputError({
    where: service.node.path,
    problem: 'there is no HTTPS port to redirect clients to',
    value: { redirectHttp: true },
    allowed: 'redirectHttp together with tlsSecret or certificates',
    fix: 'pass the name of the Secret with the certificate, or remove redirectHttp',
  });
}

function hasPort(gateway: IngressGateway, number: number): boolean {
  return gateway.ports.some(({ port }) => port === number);
}

function checkPort(service: RoutedService, gateway: IngressGateway, number: number): void {
  if (hasPort(gateway, number)) return;
  throw new InvalidInputError({
    where: service.node.path,
    problem: `the gateway ${gateway.namespace}/${gateway.name} has no port ${number}`,
    value: gateway.ports.map(({ port }) => port),
    allowed: 'port 80 for plain HTTP and redirectHttp, and port 443 for TLS',
    fix: 'add the port to the gateway',
  });
}
