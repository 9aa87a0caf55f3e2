import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { MESH_GATEWAY } from '../../upstream/istio/outbound-traffic';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import { addObject } from '../kubernetes/kubernetes-object';

/** A host that is reached through an egress gateway. */
export interface EgressRouteProps {
  readonly gateway: EgressGateway;
  /** Name and namespace of its objects. */
  readonly name: string;
  readonly namespace: string;
  readonly host: string;
  /** Port that clients use, and the gateway after them. */
  readonly port: number;
  /** Subset of the gateway's Service whose connections carry the host as their server name. */
  readonly subset: string;
  /** Namespaces whose proxies follow it. */
  readonly exportTo: unknown;
}

/** The route to a host through an egress gateway. */
export interface EgressRoute {
  /** The Gateway that configures the listeners of the gateway's pods. */
  readonly gateway: ApiObject;
  /** Routes sidecars to the gateway, and the gateway to the host. */
  readonly virtualService: ApiObject;
}

/**
 * Writes the way of one host. The application's own TLS goes on inside the mesh's: the sidecar reads its server name, wraps it in mutual TLS
 * for the gateway with the same name, and the gateway passes on what was inside. One Gateway for each host, because what comes out of
 * TLS is bytes, and only the Gateway says for which host they were.
 */
export function addEgressRoute(scope: Construct, id: string, props: EgressRouteProps): EgressRoute {
  const { gateway, name, namespace, host, port, subset, exportTo } = props;
  const entrance = { number: gateway.port.port, name: gateway.port.name, protocol: 'TLS' };
  return {
    gateway: addObject(scope, `gateway-${id}`, {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'Gateway',
      metadata: { name, namespace },
      spec: {
        selector: gateway.matchLabels,
        servers: [{ hosts: [host], port: entrance, tls: { mode: 'ISTIO_MUTUAL' } }],
      },
    }),
    virtualService: addObject(scope, `virtual-service-${id}`, {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: {
        hosts: [host],
        exportTo,
        gateways: [MESH_GATEWAY, name],
        tls: [
          {
            match: [{ gateways: [MESH_GATEWAY], port, sniHosts: [host] }],
            route: [{ destination: { host: gateway.host, subset, port: { number: gateway.port.port } } }],
          },
        ],
        tcp: [
          {
            match: [{ gateways: [name], port: gateway.port.port }],
            route: [{ destination: { host, port: { number: port } } }],
          },
        ],
      },
    }),
  };
}
