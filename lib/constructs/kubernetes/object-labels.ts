import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { APP_NAME_LABEL, MANAGED_BY_LABEL } from '../../upstream/kubernetes/names';

const NAME_LABEL = APP_NAME_LABEL;

/** The recommended label by which Kubernetes' tools find what one program wrote. */
export const MANAGED_BY = { [MANAGED_BY_LABEL]: 'cdk8s-teleport-istio' } as const;

/**
 * API groups and kinds whose labels mean something to another program: istiod copies those of a Gateway to the pods it makes
 * for it (istio/istio files/kube-gateway.yaml), and Teleport's operator makes labels of a Teleport resource of them, by which
 * roles select identities.
 */
const LABELS_ACT: readonly RegExp[] = [/^gateway\.networking\.k8s\.io\/[^/]+ Gateway$/, /^resources\.teleport\.dev\//];

/** Says what the objects of a construct belong to; before it has children. */
export function nameObjects(construct: Construct, name: string): void {
  construct.node.setContext(NAME_LABEL, name);
}

/** Says what one object belongs to. */
export function nameLabel(name: string): Readonly<Record<string, string>> {
  return { [NAME_LABEL]: name };
}

/** All labels of an object: its own over the chart's, over the recommended ones. */
export function objectLabels(
  scope: Construct,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  own: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (LABELS_ACT.some((form) => form.test(`${apiVersion} ${kind}`))) return own;
  const name: unknown = scope.node.tryGetContext(NAME_LABEL);
  return { ...(typeof name === 'string' && nameLabel(name)), ...MANAGED_BY, ...Chart.of(scope).labels, ...own };
}
