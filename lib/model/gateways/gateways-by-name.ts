import { addTo } from '../../base/add-to';
import { onceFor } from '../../base/once-for';
import type { GatewayName } from '../../upstream/istio/gateway-classes';
import type { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** Every Gateway of a name, of Istio's or of the Gateway API; several are alternatives of each other. */
export function gatewaysNamed(
  { namespace, name }: GatewayName,
  group: typeof ISTIO_NETWORKING | typeof GATEWAY_API,
  manifests: ManifestSet,
): readonly Manifest[] {
  const byName = onceFor(manifests, `Gateways of ${group} by name`, () => {
    const found = new Map<string, Manifest[]>();
    for (const one of manifests.ofKind('Gateway', group))
      addTo(found, `${one.namespace ?? 'default'}/${one.name}`, one);
    return found;
  });
  return byName.get(`${namespace}/${name}`) ?? [];
}
