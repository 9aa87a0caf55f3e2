import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { checkObjectName } from '../../upstream/kubernetes/names';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import { addObject } from '../kubernetes/kubernetes-object';
import type { HttpRequests } from './call';
import type { Port } from './port';
import type { IServiceNamespace } from './service-namespace';

/** What comes in through the gateway, and for which hosts. */
export interface ExposeOptions {
  /**
   * Host names that clients ask for; at one gateway each leads to one service.
   *
   * @default ['*'] - every name that leads to the gateway
   */
  readonly hosts?: readonly [string, ...string[]];
  /**
   * Port of the service's Service.
   *
   * @default - its first HTTP port
   */
  readonly port?: number;
  /**
   * What the gateway may ask of the service: any of these.
   *
   * @default - every request
   */
  readonly requests?: readonly [HttpRequests, ...HttpRequests[]];
  /**
   * Secret of type `kubernetes.io/tls`, in the gateway's namespace, with the certificate that clients see. Istio takes it
   * from istiod, not from the socket: what the public sees is no identity of the mesh.
   *
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string;
}

/** A service, seen from the route that leads to it. */
export interface RoutedService extends Construct {
  readonly namespace: IServiceNamespace;
  readonly name: string;
  /** The name it is called by, from any namespace. */
  readonly host: string;
  readonly ports: readonly Port[];
}

/** The way through a gateway to a service. */
export interface GatewayRoute {
  /** The Istio `Gateway`: what the gateway's pods listen to. */
  readonly gateway: ApiObject;
  /** The `VirtualService`: where it goes. */
  readonly virtualService: ApiObject;
  /** The port of the service that it ends at. */
  readonly port: Port;
}

/**
 * Writes the `Gateway` and the `VirtualService`, beside the service they lead to.
 *
 * @throws InvalidInputError if the service has no such HTTP port, the gateway no port for it to come in, or a host
 * or the Secret's name is none, or if another service has a host
 */
export function addGatewayRoute(service: RoutedService, gateway: IngressGateway, options: ExposeOptions): GatewayRoute {
  const port = findHttpPort(service, options.port);
  const hosts = options.hosts ?? ['*'];
  const entrance = entranceOf(service, gateway, options.tlsSecret);
  service.namespace.mesh.gatewayHosts.claim(service.node.path, gateway, entrance.port.number, hosts);
  const metadata = { name: service.name, namespace: service.namespace.name };
  return {
    port,
    gateway: addObject(service, 'gateway', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata,
      spec: {
        selector: gateway.matchLabels,
        servers: [{ hosts, ...entrance }],
      },
    }),
    virtualService: addObject(service, 'virtual-service', {
      apiVersion: 'networking.istio.io/v1',
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

function findHttpPort(service: RoutedService, wanted: number | undefined): Port {
  const http = service.ports.filter((port) => port.kind === 'http');
  const port = http.find(({ number }) => wanted === undefined || number === wanted);
  if (port === undefined) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: 'a gateway routes HTTP, and the service has no such HTTP port',
      value: wanted,
      allowed: http.join(', ') || 'a service with an HTTP port',
    });
  }
  return port;
}

/** Where clients come in: a `Gateway` names ports of the gateway's Service. */
function entranceOf(service: RoutedService, gateway: IngressGateway, tlsSecret: string | undefined) {
  if (tlsSecret !== undefined) checkObjectName(service.node.path, tlsSecret);
  const number = tlsSecret === undefined ? 80 : 443;
  if (!gateway.ports.some(({ port }) => port === number)) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: `the gateway ${gateway.namespace}/${gateway.name} has no port ${number}`,
      value: gateway.ports.map(({ port }) => port),
      allowed: 'port 80 for plain HTTP, and 443 with tlsSecret',
      fix: 'add the port to the gateway',
    });
  }
  return tlsSecret === undefined
    ? { port: { name: 'http', number, protocol: 'HTTP' } }
    : {
        port: { name: 'https', number, protocol: 'HTTPS' },
        tls: { mode: 'SIMPLE', credentialName: tlsSecret },
      };
}
