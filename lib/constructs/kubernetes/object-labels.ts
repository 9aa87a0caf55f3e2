import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { merged } from '../../base/merged';
import { APP_NAME_LABEL, MANAGED_BY_LABEL } from '../../upstream/kubernetes/names';

const NAME_LABEL = APP_NAME_LABEL;

/** The recommended label by which Kubernetes' tools find what one program wrote. */
export const MANAGED_BY = { [MANAGED_BY_LABEL]: 'cdk8s-teleport-istio' } as const;

/** Says what the objects of a construct belong to; before it has children. */
export function nameObjects(construct: Construct, name: string): void {
  construct.node.setContext(NAME_LABEL, name);
}

/** Says what one object belongs to. */
export function nameLabel(name: string): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: name };
}

/**
 * All labels of an object: its own over the chart's, over the recommended ones. Teleport's operator gives them to the Teleport
 * resource too; roles select identities by a label that only those have.
 */
export function objectLabels(
  scope: Construct,
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const name: unknown = scope.node.tryGetContext(NAME_LABEL);
  return merged(typeof name === 'string' ? nameLabel(name) : undefined, MANAGED_BY, Chart.of(scope).labels, own);
}
