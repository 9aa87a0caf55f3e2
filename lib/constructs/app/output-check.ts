import { check } from '../../analysis/check/check';
import { checkFiles } from '../../analysis/check/check-files';
import type { Finding } from '../../analysis/check/finding';
import { foundText } from '../../analysis/check/finding-text';
import type { JsonValue } from '../../base/json';
import { readManifests } from '../../model/documents/read-manifests';
import { isVariant } from '../../model/documents/variants';
import type { Target } from '../../upstream/releases/target';
import type { DeclaredCalls } from './declared-calls';
import { documentsByFile } from './documents-by-file';
import type { WrittenObject } from './duplicate-objects';
import type { OutputFiles } from './output-directory';
import { type RefusedCall, refusedCalls } from './refused-calls';

/** What the checker says of the output, as lines that name the construct to look at. */
export interface OutputFindings {
  /** What would break; nothing is written. */
  readonly errors: readonly string[];
  /** What may be meant; it is printed. */
  readonly warnings: readonly string[];
}

/**
 * Looks at the output as anybody else's YAML: what was made of right parts can still be wrong together, and patches and
 * objects of the user's own are part of it.
 */
export function checkOutput(
  files: OutputFiles,
  objects: readonly WrittenObject[],
  declared: readonly DeclaredCalls[],
  target: Target,
): OutputFindings {
  // What was written is known: reading it again would take as long as all rules together.
  const known = documentsByFile(objects);
  const inputs = [...files]
    .filter(([file]) => /\.ya?ml$/.test(file))
    .map(([file, text]) => {
      const documents = known.get(file) as JsonValue[] | undefined;
      return { file, text, ...(documents && { documents }) };
    });
  // Variants are not applied together with the rest, and say nothing about what it allows.
  const { manifests, problems } = readManifests(inputs.filter(({ file }) => !isVariant(file)));
  const variants = inputs.filter(({ file }) => isVariant(file));
  const findings = [...check(manifests, { target, problems }), ...checkFiles(variants, { target })];
  const refused = refusedCalls(manifests, declared, target);
  const paths = new Map(objects.map(({ file, path, manifest }) => [keyOf(file, manifest), path]));
  const lines = (severity: Finding['severity']) => [
    ...findings.filter((finding) => finding.severity === severity).map((finding) => toLine(finding, paths)),
    ...refused.filter((call) => call.severity === severity).map((call) => toCallLine(call, paths)),
  ];
  return { errors: lines('error'), warnings: lines('warning') };
}

function toLine(finding: Finding, paths: ReadonlyMap<string, string>): string {
  const { rule, location, resource, why, fix } = finding;
  const { file, line } = location;
  const key = resource && [file, resource.kind, resource.namespace ?? '', resource.name].join('\n');
  const where = (key !== undefined && paths.get(key)) || `${file}:${line}`;
  return `[${where}] ${rule}: ${foundText(finding)}. ${why} Fix: ${fix}.`;
}

function toCallLine({ where, found, decidedBy }: RefusedCall, paths: ReadonlyMap<string, string>): string {
  const path = decidedBy && paths.get(keyOf(decidedBy.file, decidedBy.body));
  const fix = `change ${path === undefined ? 'what denies it' : `[${path}]`}, or do not declare the call`;
  return `[${where}] declared-call-refused: ${found}. Fix: ${fix}.`;
}

function keyOf(file: string, { kind, metadata }: Record<string, unknown>): string {
  const { namespace = '', name = '' } = (metadata ?? {}) as { namespace?: string; name?: string };
  return [file, kind, namespace, name].join('\n');
}
