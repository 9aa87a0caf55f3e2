import { listAt, textAt } from '../../base/json';
import { GATEWAY_ACCOUNT_ANNOTATION, GATEWAY_CLASSES } from '../../upstream/istio/gateway-classes';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import { GATEWAY_API } from '../../upstream/kubernetes/api-groups';
import type { ManifestSet } from '../documents/manifest-set';
import { chartGateways } from '../gateways/chart-gateways';

/** A ServiceAccount that somebody else's program makes. */
export interface GatewayAccount {
  /** Undefined for a Helm release, whose values do not say where it is installed: any namespace may be the one. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * ServiceAccounts of gateways, which no manifest writes down: istiod makes them for the Gateway API, with the class in the
 * name for ordinary gateways only (istio/istio pilot/pkg/config/kube/gatewaycommon `GetDefaultName`), istioctl for the
 * gateways of an IstioOperator (istio/istio manifests/charts/gateways), and Helm for releases of the gateway chart
 * (istio/istio manifests/charts/gateway).
 */
export function gatewayAccounts(manifests: ManifestSet): readonly GatewayAccount[] {
  const deployed = manifests.ofKind('Gateway', GATEWAY_API).map(({ namespace, name, body }) => {
    const own = textAt(body, 'metadata', 'annotations', GATEWAY_ACCOUNT_ANNOTATION);
    const made = GATEWAY_CLASSES.get(textAt(body, 'spec', 'gatewayClassName') ?? '')?.namesEndInClass
      ? `${name}-${textAt(body, 'spec', 'gatewayClassName')}`
      : name;
    return { namespace: namespace ?? 'default', name: own ?? made };
  });
  const installed = manifests.ofKind('IstioOperator').flatMap(({ namespace, body }) =>
    ['ingressGateways', 'egressGateways'].flatMap((component) =>
      listAt(body, 'spec', 'components', component).flatMap((gateway) => {
        const name = textAt(gateway, 'name');
        if (name === undefined) return [];
        const place = textAt(gateway, 'namespace') ?? namespace ?? ISTIO_NAMESPACE;
        return [{ namespace: place, name: `${name}-service-account` }];
      }),
    ),
  );
  const named = new Set(installed.map(({ name }) => name));
  const released = manifests.ofKind('HelmValues').flatMap(({ body }) => {
    const name = textAt(body, 'serviceAccount', 'name') ?? textAt(body, 'name');
    // Of one gateway written for both installers, istioctl's file says where it is.
    return name === undefined || named.has(name) ? [] : [{ namespace: undefined, name }];
  });
  // Where a file of values is installed is a guess, unless another program's object holds it.
  const byOthers = chartGateways(manifests)
    .filter(({ manifest, serviceAccount }) => manifest.container !== undefined || !named.has(serviceAccount))
    .map(({ namespace, serviceAccount: name }) => ({ namespace, name }));
  return [...deployed, ...installed, ...released, ...byOthers];
}
