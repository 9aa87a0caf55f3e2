import { addTo } from '../../base/add-to';
import { listAt, textAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import type { ServiceName } from '../../upstream/istio/service-host';
import { GATEWAY_API } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/**
 * Whether a ReferenceGrant among the manifests lets a route lead to a Service of another namespace; without one, requests get 500
 * (istio/istio pilot/pkg/config/kube/gateway/conversion.go `buildDestination`).
 */
export function isGranted(route: Manifest, to: ServiceName, manifests: ManifestSet): boolean {
  const grants = onceFor(manifests, 'ReferenceGrants by namespace', () => {
    const found = new Map<string, Manifest[]>();
    for (const one of manifests.ofKind('ReferenceGrant', GATEWAY_API)) addTo(found, one.namespace ?? 'default', one);
    return found;
  });
  return (grants.get(to.namespace) ?? []).some(({ body }) => {
    const isFrom = listAt(body, 'spec', 'from').some(
      (one) =>
        textAt(one, 'group') === GATEWAY_API &&
        textAt(one, 'kind') === route.kind &&
        textAt(one, 'namespace') === (route.namespace ?? 'default'),
    );
    const isTo = listAt(body, 'spec', 'to').some((one) => {
      const isService = (textAt(one, 'group') ?? '') === '' && textAt(one, 'kind') === 'Service';
      // An empty name is like none.
      return isService && [to.name, ''].includes(textAt(one, 'name') ?? '');
    });
    return isFrom && isTo;
  });
}
