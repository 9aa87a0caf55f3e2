import { isVariable } from '../../../base/is-variable';
import { isList, isObject, type JsonObject, type JsonValue, objectAt } from '../../../base/json';
import type { Manifest } from '../../../model/documents/manifest';
import type { Problem } from '../admission/problem';
import type { CheckContext } from '../context/check-context';
import { isPartial } from './reading/schema-violations';

/** Reports what Istio's webhook refuses in the objects of a kind. */
export function reportRefused(
  { manifests }: CheckContext,
  [kind, group]: readonly [kind: string, group: string],
  problemsOf: (spec: JsonObject, namespace: string) => readonly Problem[],
  report: (manifest: Manifest, pointer: string, values: { readonly problem: string }) => void,
): void {
  for (const manifest of manifests.ofKind(kind, group)) {
    const { body } = manifest;
    if (!isObject(body) || !isObject(body.spec)) continue;
    const partial = isPartial(manifests, manifest);
    for (const { at, problem, isAbsence } of problemsOf(objectAt(body, 'spec'), manifest.namespace ?? '')) {
      // A patch of Kustomize says only what it changes, and what is filled in later is not known yet.
      if ((partial && isAbsence === true) || isOpen(body, at)) continue;
      report(manifest, at, { problem });
    }
  }
}

/** Whether a value has a part that another program fills in. */
function isOpen(body: JsonValue, pointer: string): boolean {
  let value: JsonValue | undefined = body;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isList(value)) value = value[Number(key)];
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return false;
  }
  return value !== undefined && isVariable(JSON.stringify(value));
}
