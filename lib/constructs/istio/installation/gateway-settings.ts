import { NETWORK_LABEL, NETWORK_VIEW_VARIABLE } from '../../../upstream/istio/multi-cluster';
import { SOCKET_VOLUME } from '../../../upstream/istio/proxy-volumes';
import type { WorkloadApiSocket } from '../../../upstream/spiffe/workload-api-socket';
import type { IngressGateway } from './ingress-gateway';
import { type InjectionOverlay, workloadSocketVolume } from './injection-overlay';

/**
 * The gateway as an entry of `components.ingressGateways`.
 *
 * istioctl writes the whole Deployment and no template is injected into it. Its volume has an `emptyDir: {}`, and a volume
 * with two sources is refused, so the item is replaced and not merged (istio/istio manifests/charts/gateways/istio-ingress).
 */
export function toGatewayComponent(
  gateway: IngressGateway,
  socket: WorkloadApiSocket,
): Readonly<Record<string, unknown>> {
  return {
    name: gateway.name,
    namespace: gateway.namespace,
    enabled: true,
    label: { ...gateway.matchLabels, ...(gateway.network !== undefined && { [NETWORK_LABEL]: gateway.network }) },
    k8s: {
      ...(gateway.network !== undefined && { env: [{ name: NETWORK_VIEW_VARIABLE, value: gateway.network }] }),
      ...(gateway.replicas && {
        hpaSpec: { minReplicas: gateway.replicas.min, maxReplicas: gateway.replicas.max },
      }),
      ...(gateway.resources && { resources: gateway.resources }),
      ...(hasAny(gateway.serviceAnnotations) && { serviceAnnotations: gateway.serviceAnnotations }),
      ...(hasAny(ownAnnotations(gateway)) && { podAnnotations: ownAnnotations(gateway) }),
      service: { type: gateway.serviceType, ...trafficPolicy(gateway), ports: servicePorts(gateway) },
      overlays: [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: gateway.name,
          patches: [
            {
              path: `spec.template.spec.volumes.[name:${SOCKET_VOLUME}]`,
              value: workloadSocketVolume(socket),
            },
          ],
        },
      ],
    },
  };
}

/** The gateway as values of the Helm chart `gateway`, whose pods are injected: there the overlay gives the volume its source. */
export function toGatewayValues(gateway: IngressGateway, overlay: InjectionOverlay): Readonly<Record<string, unknown>> {
  return {
    name: gateway.name,
    labels: gateway.matchLabels,
    // With it the chart writes the label, the variable and the ports of a gateway between networks by itself.
    ...(gateway.network !== undefined && { networkGateway: gateway.network }),
    // Helm merges this with the chart's other annotations.
    podAnnotations: { ...overlay.annotationsFor('gateway'), ...ownAnnotations(gateway) },
    serviceAccount: { name: gateway.serviceAccount },
    service: {
      type: gateway.serviceType,
      ...trafficPolicy(gateway),
      ...(hasAny(gateway.serviceAnnotations) && { annotations: gateway.serviceAnnotations }),
      ...(gateway.network === undefined && { ports: servicePorts(gateway) }),
    },
    ...(gateway.replicas && {
      autoscaling: { enabled: true, minReplicas: gateway.replicas.min, maxReplicas: gateway.replicas.max },
    }),
    ...(gateway.resources && { resources: gateway.resources }),
  };
}

function ownAnnotations({ clientAddress }: IngressGateway): Readonly<Record<string, string>> {
  return clientAddress?.podAnnotations ?? {};
}

function trafficPolicy({ clientAddress }: IngressGateway): Readonly<Record<string, unknown>> {
  const policy = clientAddress?.externalTrafficPolicy;
  return policy === undefined ? {} : { externalTrafficPolicy: policy };
}

function hasAny(annotations: Readonly<Record<string, string>>): boolean {
  return Object.keys(annotations).length > 0;
}

function servicePorts(gateway: IngressGateway): Readonly<Record<string, unknown>>[] {
  return gateway.ports.map(({ name, port, targetPort }) => ({ name, port, protocol: 'TCP', targetPort }));
}
