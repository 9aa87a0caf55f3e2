import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { merged } from '../../base/merged';
import { checkLabels, checkNamespace, checkObjectName } from '../../upstream/kubernetes/names';
import { DataObject } from './data-object';
import { objectLabels } from './object-labels';

/** What every object we write says about itself; names and namespaces are always explicit. */
export interface KubernetesObjectMetadata {
  readonly name: string;
  /**
   * @default - the object is cluster-scoped
   */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One Kubernetes manifest: `spec`, `data`, `rules` … stand beside `metadata` as they do in YAML. */
export interface KubernetesObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubernetesObjectMetadata;
  readonly [field: string]: unknown;
}

/**
 * Adds one manifest to a chart as a raw object, so that any patch a user adds survives (generated L1 classes drop
 * unknown fields: cdk8s-team/cdk8s#2172).
 *
 * @throws InvalidInputError if the API server would refuse the name, the namespace or a label
 */
export function addObject(scope: Construct, id: string, props: KubernetesObjectProps): ApiObject {
  const where = `${scope.node.path}/${id}`;
  checkObjectName(where, props.metadata.name);
  if (props.metadata.namespace !== undefined) checkNamespace(where, props.metadata.namespace);
  checkLabels(where, props.metadata.labels ?? {});
  const metadata = merged(props.metadata, { labels: objectLabels(scope, props.metadata.labels) });
  return new DataObject(scope, id, merged(props, { metadata }));
}
