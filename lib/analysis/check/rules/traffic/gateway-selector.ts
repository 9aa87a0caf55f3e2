import { textsAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import type { CheckContext } from '../../context/check-context';

/** The labels of a Gateway of Istio's, in an order that does not depend on how they are written: equal for the same pods. */
export function selectorOf({ body }: Manifest): readonly (readonly [name: string, value: string])[] {
  return Object.entries(textsAt(body, 'spec', 'selector')).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The pods that a Gateway of Istio's selects in any namespace, those that an installer makes among them; undefined if it names no labels. */
export function podsSelectedBy(context: CheckContext, { body }: Manifest): readonly Workload[] | undefined {
  const selector = textsAt(body, 'spec', 'selector');
  if (Object.keys(selector).length === 0) return undefined;
  return [
    ...context.workloadIndex.select(selector, undefined),
    ...context.installedGateways.flatMap(({ workload }) => (selects(selector, workload.labels) ? [workload] : [])),
  ];
}
