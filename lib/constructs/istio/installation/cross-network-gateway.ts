import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { CROSS_NETWORK_HOSTS, CROSS_NETWORK_PORT } from '../../../upstream/istio/multi-cluster';
import { ISTIO_NETWORKING_V1 } from '../../../upstream/kubernetes/api-groups';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { IngressGateway } from './ingress-gateway';

/**
 * Opens an east-west gateway: it takes connections for any Service by the server name that sidecars ask for, and passes them
 * on unread. Who may call what is decided by the called sidecar, which sees the caller's own certificate.
 */
export function addCrossNetworkGateway(scope: Construct, id: string, gateway: IngressGateway): ApiObject {
  return addObject(scope, id, {
    apiVersion: ISTIO_NETWORKING_V1,
    kind: 'Gateway',
    metadata: { name: 'cross-network-gateway', namespace: gateway.namespace },
    spec: {
      selector: gateway.matchLabels,
      servers: [
        {
          port: { number: CROSS_NETWORK_PORT, name: 'tls', protocol: 'TLS' },
          tls: { mode: 'AUTO_PASSTHROUGH' },
          hosts: [...CROSS_NETWORK_HOSTS],
        },
      ],
    },
  });
}
