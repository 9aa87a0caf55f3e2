import { compareTexts } from '../../base/compare-texts';
import { field } from '../../base/json';
import type { Manifest } from './manifest';

/**
 * Whether an object was made before another; of two made in the same second istiod takes the first by name (istio/istio
 * pilot/pkg/model/config.go `configCompareByCreationTime`). Undefined if the manifests do not say it: those of files never do.
 */
export function isOlder(one: Manifest, other: Manifest): boolean | undefined {
  const [own, their] = [one, other].map(({ body }) => field(body, 'metadata', 'creationTimestamp'));
  if (typeof own !== 'string' || typeof their !== 'string') return undefined;
  const nameOf = ({ name, namespace = 'default' }: Manifest) => `${name}/${namespace}`;
  return (compareTexts(own, their) || compareTexts(nameOf(one), nameOf(other))) < 0;
}
