import { textAt } from '../../base/json';
import { GATEWAY_API } from '../../upstream/kubernetes/api-groups';
import type { ManifestSet } from '../documents/manifest-set';
import { chartGateways } from './chart-gateways';
import { gatewayApiNames, operatorGateways } from './gateway-names';

/** A ServiceAccount that somebody else's program makes. */
export interface GatewayAccount {
  /** Undefined for a Helm release, whose values do not say where it is installed: any namespace may be the one. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * ServiceAccounts of gateways, which no manifest writes down: istiod makes them for the Gateway API, istioctl for the gateways of
 * an IstioOperator, and Helm for releases of the gateway chart (istio/istio manifests/charts/gateway).
 */
export function gatewayAccounts(manifests: ManifestSet): readonly GatewayAccount[] {
  const toAccount = ({ namespace, serviceAccount }: { namespace: string; serviceAccount: string }) => ({
    namespace,
    name: serviceAccount,
  });
  const deployed = manifests.ofKind('Gateway', GATEWAY_API).map((one) => toAccount(gatewayApiNames(one)));
  const installed = manifests.ofKind('IstioOperator').flatMap(operatorGateways).map(toAccount);
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
