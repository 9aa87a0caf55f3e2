import { InvalidInputError } from '../../../base/invalid-input-error';
import {
  DATAPLANE_MODE_LABEL,
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
} from '../../../upstream/istio/injection';

/**
 * Refuses labels that put pods into ambient: ztunnel can take certificates from istiod only (no SPIFFE Workload API:
 * istio/istio#42339, istio/ztunnel src/identity), so such pods would have another root than the rest of the mesh.
 *
 * @throws InvalidInputError
 */
export function checkNotAmbient(where: string, labels: Readonly<Record<string, string>>): void {
  if (labels[DATAPLANE_MODE_LABEL] === 'ambient') {
    throw new InvalidInputError({
      where,
      problem: 'ambient mode cannot use identities from Teleport: ztunnel gets certificates only from istiod',
      value: { [DATAPLANE_MODE_LABEL]: 'ambient' },
      allowed: 'the value "none", or no such label',
      fix: `label the namespace ${NAMESPACE_INJECTION_LABEL}=${NAMESPACE_INJECTION.on} instead`,
    });
  }
}
