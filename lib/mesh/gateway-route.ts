import type { ApiObject } from 'cdk8s';
import { InvalidInputError } from '../errors';
import type { HttpMethod, IngressGateway } from '../istio';
import { addObject } from '../kubernetes';
import type { MeshService } from './mesh-service';
import type { Port } from './port';

/** What comes in through the gateway, and for which hosts. */
export interface ExposeOptions {
  /**
   * Host names that clients ask for.
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
   * Methods the gateway may use on the service.
   *
   * @default - any method
   */
  readonly methods?: readonly HttpMethod[];
  /**
   * Paths the gateway may use on the service.
   *
   * @default - any path
   */
  readonly paths?: readonly string[];
  /**
   * Secret of type `kubernetes.io/tls`, in the gateway's namespace, with the certificate that clients see. Istio takes it
   * from istiod, not from the socket: what the public sees is no identity of the mesh.
   *
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string;
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

/** Writes the `Gateway` and the `VirtualService`, beside the service they lead to. */
export function addGatewayRoute(service: MeshService, gateway: IngressGateway, options: ExposeOptions): GatewayRoute {
  const http = service.ports.filter((port) => port.kind === 'http');
  const port = http.find(({ number }) => options.port === undefined || number === options.port);
  if (port === undefined) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: 'a gateway routes HTTP, and the service has no such HTTP port',
      value: options.port,
      allowed: http.join(', ') || 'a service with an HTTP port',
    });
  }
  const hosts = options.hosts ?? ['*'];
  const { tlsSecret } = options;
  const metadata = { name: service.name, namespace: service.namespace.name };
  return {
    port,
    gateway: addObject(service, 'gateway', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata,
      spec: {
        selector: gateway.matchLabels,
        servers: [
          {
            hosts,
            ...(tlsSecret === undefined
              ? { port: { name: 'http', number: 80, protocol: 'HTTP' } }
              : {
                  port: { name: 'https', number: 443, protocol: 'HTTPS' },
                  tls: { mode: 'SIMPLE', credentialName: tlsSecret },
                }),
          },
        ],
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
