import { isVariable } from '../../../base/is-variable';
import { field, isList, isObject, type JsonObject, type JsonValue, objectAt } from '../../../base/json';
import { fromPointer } from '../../../base/json-pointer';
import type { Manifest } from '../../../model/documents/manifest';
import type { Problem } from '../admission/problem';
import type { CheckContext } from '../context/check-context';
import { isPartial } from './reading/schema-violations';

/** Reports a problem of a manifest. */
type ProblemReport = (manifest: Manifest, pointer: string, values: { readonly problem: string }) => void;

/** Reports what Istio's webhook refuses in the spec of the objects of a kind. */
export function reportRefused(
  context: CheckContext,
  [kind, group]: readonly [kind: string, group: string],
  problemsOf: (spec: JsonObject, namespace: string) => readonly Problem[],
  report: ProblemReport,
): void {
  const of = ({ body, namespace }: Manifest) =>
    isObject(body.spec) ? problemsOf(objectAt(body, 'spec'), namespace ?? '') : [];
  reportProblems(context, context.manifests.ofKind(kind, group), of, report);
}

/** Reports what is refused in whole objects. */
export function reportProblems(
  { manifests }: CheckContext,
  objects: readonly Manifest[],
  problemsOf: (manifest: Manifest) => readonly Problem[],
  report: ProblemReport,
): void {
  for (const manifest of objects) {
    const problems = problemsOf(manifest);
    if (problems.length === 0) continue;
    const partial = isPartial(manifests, manifest);
    for (const { at, problem, isAbsence } of problems) {
      // A patch of Kustomize says only what it changes, and what is filled in later is not known yet.
      const isOpen = partial && (isAbsence === true || PLACEHOLDER.test(problem));
      if (!isOpen && !BARE_VARIABLE.test(problem) && !hasVariable(manifest.body, at, isAbsence))
        report(manifest, at, { problem });
    }
  }
}

/** A word that a kustomization replaces: in upper case with underscores, as in `CD_NAMESPACE_PLACEHOLDER`. */
const PLACEHOLDER = /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\bPLACEHOLDER\b/;

/** A variable of envsubst without braces, which no name, label or host can hold. */
const BARE_VARIABLE = /^"[^"]*\$[A-Z_][A-Z0-9_]*/;

/** Whether a value has a part that another program fills in; of one that is missing, whether what it is missing in has. */
export function hasVariable(body: JsonValue, pointer: string, isAbsence = false): boolean {
  let value: JsonValue | undefined = body;
  for (const key of fromPointer(pointer)) {
    const inner: JsonValue | undefined = isList(value) ? value[Number(key)] : field(value, key);
    if (inner === undefined && isAbsence) break;
    value = inner;
  }
  return value !== undefined && isVariable(JSON.stringify(value));
}
