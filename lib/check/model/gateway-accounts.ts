import { listAt, type ManifestSet, textAt } from '../../manifests';

/** A ServiceAccount that somebody else's program makes. */
export interface GatewayAccount {
  readonly namespace: string;
  readonly name: string;
}

/**
 * ServiceAccounts of gateways, which no manifest writes down: istiod makes them for the Gateway API, with the class in the
 * name for ordinary gateways only (istio/istio pilot/pkg/config/kube/gatewaycommon `GetDefaultName`), and istioctl for the
 * gateways of an IstioOperator (istio/istio manifests/charts/gateways).
 */
export function gatewayAccounts(manifests: ManifestSet): readonly GatewayAccount[] {
  const deployed = manifests.ofKind('Gateway', 'gateway.networking.k8s.io').map(({ namespace, name, body }) => {
    const own = textAt(body, 'metadata', 'annotations', 'gateway.istio.io/service-account');
    const made = textAt(body, 'spec', 'gatewayClassName') === 'istio' ? `${name}-istio` : name;
    return { namespace: namespace ?? 'default', name: own ?? made };
  });
  const installed = manifests.ofKind('IstioOperator').flatMap(({ namespace, body }) =>
    ['ingressGateways', 'egressGateways'].flatMap((component) =>
      listAt(body, 'spec', 'components', component).flatMap((gateway) => {
        const name = textAt(gateway, 'name');
        if (name === undefined) return [];
        const place = textAt(gateway, 'namespace') ?? namespace ?? 'istio-system';
        return [{ namespace: place, name: `${name}-service-account` }];
      }),
    ),
  );
  return [...deployed, ...installed];
}
