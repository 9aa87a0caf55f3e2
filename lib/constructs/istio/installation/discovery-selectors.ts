import { InvalidInputError } from '../../../base/invalid-input-error';
import { checkNamespace, NAMESPACE_NAME_LABEL } from '../../../upstream/kubernetes/names';

/** Which namespaces istiod watches. */
export interface DiscoveryOptions {
  /**
   * Namespaces outside the mesh whose Services its workloads call, such as one that is called in plain text.
   *
   * @default - none
   */
  readonly also?: readonly string[];
}

/** Namespaces that workloads use though nothing in them is of a mesh: the API server's Service, and DNS over TCP. */
const SYSTEM_NAMESPACES: readonly string[] = ['default', 'kube-system'];

/**
 * Refuses names that no namespace has, and selectors beside the mesh's own.
 *
 * @throws InvalidInputError
 */
export function checkDiscovery(
  where: string,
  { also = [] }: DiscoveryOptions,
  meshConfig: Readonly<Record<string, unknown>> = {},
): void {
  for (const name of also) checkNamespace(`${where}: discovery.also`, name);
  if (meshConfig.discoverySelectors === undefined) return;
  throw new InvalidInputError({
    where: `${where}: meshConfig.discoverySelectors`,
    problem: 'the selectors are derived from the namespaces of the mesh and cannot be set separately',
    value: meshConfig.discoverySelectors,
    allowed: 'one of the two',
    fix: 'list further namespaces in discovery: { also: [...] }',
  });
}

/**
 * Selectors of namespaces by their names: Kubernetes gives every namespace the label by itself, so those that somebody else
 * makes need no label of ours.
 *
 * @param closed whether proxies let workloads go only where something is known to them
 */
export function discoverySelectors(
  namespaces: Iterable<string>,
  { also = [] }: DiscoveryOptions,
  closed: boolean,
): readonly object[] {
  const names = new Set([...namespaces, ...also, ...(closed ? SYSTEM_NAMESPACES : [])]);
  return [{ matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [...names].sort() }] }];
}
