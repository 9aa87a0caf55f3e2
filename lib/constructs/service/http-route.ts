import type { ApiObject } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { GATEWAY_API_V1 } from '../../upstream/kubernetes/api-groups';
import type { GatewayListener, KubernetesGateway } from '../istio/installation/kubernetes-gateway';
import { addObject } from '../kubernetes/kubernetes-object';
import { findHttpPort, type RouteOptions } from './gateway-route';
import type { Port } from './port';
import type { RoutedService } from './routed-service';

/** What is exposed through a Gateway API gateway, whose listeners have the certificates. */
export interface HttpRouteOptions extends RouteOptions {
  /**
   * Listener that clients connect to.
   *
   * @default - every HTTP and HTTPS listener of the gateway, except that of `redirectFrom`
   */
  readonly listener?: string;
  /**
   * Listener for plain HTTP that redirects clients to HTTPS with status 301.
   *
   * @default - no listener redirects
   */
  readonly redirectFrom?: string;
}

/** The route from a Gateway API gateway to a service. */
export interface HttpRoute {
  /** The `HTTPRoute` to the service. */
  readonly httpRoute: ApiObject;
  /** The `HTTPRoute` that redirects clients to HTTPS; undefined if there is no redirect. */
  readonly redirect: ApiObject | undefined;
  /** The port of the service that it routes to. */
  readonly port: Port;
}

/**
 * Writes the `HTTPRoute`, beside the service it leads to.
 *
 * @throws InvalidInputError if the service has no such HTTP port, the gateway no such listener, or if another service has a host
 */
export function addHttpRoute(service: RoutedService, gateway: KubernetesGateway, options: HttpRouteOptions): HttpRoute {
  const port = findHttpPort(service, options.port);
  const { listener, redirectFrom, hosts } = options;
  const from = redirectFrom === undefined ? undefined : find(service, gateway, redirectFrom);
  const entrances =
    listener === undefined
      ? gateway.listeners.filter((each) => isHttp(each) && each !== from)
      : [find(service, gateway, listener)];
  if (from !== undefined && (from.protocol !== 'HTTP' || !entrances.some(({ protocol }) => protocol === 'HTTPS'))) {
    throw new InvalidInputError({
      where: service.node.path,
      problem: 'a redirect to HTTPS needs an HTTP listener and an HTTPS listener',
      value: { redirectFrom, listeners: gateway.listeners.map(({ name, protocol }) => `${name} (${protocol})`) },
      allowed: 'redirectFrom with the name of an HTTP listener, at a gateway that also has an HTTPS listener',
      fix: 'add an HTTPS listener to the gateway, or remove redirectFrom',
    });
  }
  for (const each of from === undefined ? entrances : [...entrances, from]) {
    service.namespace.mesh.gatewayHosts.claim(service.node.path, gateway, each.port, hosts ?? ['*']);
  }
  const named = from === undefined && listener === undefined ? [undefined] : entrances.map(({ name }) => name);
  const write = (id: string, name: string, sections: readonly (string | undefined)[], rule: object) =>
    addObject(service, id, {
      apiVersion: GATEWAY_API_V1,
      kind: 'HTTPRoute',
      metadata: { name, namespace: service.namespace.name },
      spec: {
        parentRefs: sections.map((sectionName) => ({
          name: gateway.name,
          namespace: gateway.namespace,
          ...(sectionName !== undefined && { sectionName }),
        })),
        ...(hosts && !(hosts as readonly string[]).includes('*') && { hostnames: hosts }),
        rules: [rule],
      },
    });
  return {
    port,
    httpRoute: write('http-route', service.name, named, {
      backendRefs: [{ name: service.name, port: port.number }],
    }),
    redirect:
      from &&
      write('http-redirect', `${service.name}-redirect`, [from.name], {
        filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
      }),
  };
}

function isHttp({ protocol, passesTls }: GatewayListener): boolean {
  return (protocol === 'HTTP' || protocol === 'HTTPS') && !passesTls;
}

function find(service: RoutedService, gateway: KubernetesGateway, name: string): GatewayListener {
  const http = gateway.listeners.filter(isHttp);
  const listener = http.find((each) => each.name === name);
  if (listener !== undefined) return listener;
  throw new InvalidInputError({
    where: service.node.path,
    problem: `the gateway ${gateway.namespace}/${gateway.name} has no such HTTP listener`,
    value: name,
    allowed: http.map((each) => each.name).join(', ') || 'a gateway with an HTTP or HTTPS listener',
    fix: http.length > 0 ? 'use one of these names' : 'add an HTTP or HTTPS listener to the KubernetesGateway',
  });
}
