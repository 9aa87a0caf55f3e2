import { field, isObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import { GATEWAY_API, ISTIO_NETWORKING, ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from './manifest';

/** Keys of the labels that objects select by. */
export interface SelectorKeys {
  /** Selectors of Istio's objects and of the Gateway API. */
  readonly istio: ReadonlySet<string>;
  /** Selectors of Services. */
  readonly services: ReadonlySet<string>;
}

const GROUPS: ReadonlySet<string> = new Set([ISTIO_SECURITY, ISTIO_NETWORKING, GATEWAY_API]);

/** Fields of Istio's objects whose keys are those of labels. */
const LABEL_FIELDS: ReadonlySet<string> = new Set(['matchLabels', 'selector', 'labels', 'sourceLabels']);

/** The keys of labels that objects among some manifests select by. */
export function selectorKeys(manifests: readonly Manifest[]): SelectorKeys {
  const [istio, services] = [new Set<string>(), new Set<string>()];
  for (const { kind, apiVersion, body } of manifests) {
    if (kind === 'Service' && apiVersion === 'v1') {
      for (const key of Object.keys(objectAt(body, 'spec', 'selector'))) services.add(key);
    } else if (GROUPS.has(apiVersion.slice(0, apiVersion.indexOf('/')))) addKeys(field(body, 'spec'), istio);
  }
  return { istio, services };
}

function addKeys(value: JsonValue | undefined, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) addKeys(item, found);
  if (!isObject(value)) return;
  for (const expression of listAt(value, 'matchExpressions')) found.add(textAt(expression, 'key') ?? '');
  for (const [key, inner] of Object.entries(value)) {
    if (LABEL_FIELDS.has(key) && isObject(inner)) for (const label of Object.keys(inner)) found.add(label);
    addKeys(inner, found);
  }
}
