import type { JsonObject, JsonValue } from '../../base/json';
import { decide } from '../access/decide';
import type { MeshModel } from '../access/mesh-model';
import { accessMatrix, type MatrixCell } from '../matrix/access-matrix';
import type { AccessCondition } from '../matrix/condition';

/** How an expectations file that was made from manifests begins. */
const HEADER = `# Who may call whom. Everything that is not listed must be denied.
# Written from what the manifests allow today: read it through, and take out what should not be there.
`;

/**
 * Writes expectations that today's manifests meet: each pair that gets through, with one request for each condition, and
 * `otherwise: deny`.
 */
export function initialExpectations(model: MeshModel): string {
  const entries = accessMatrix(model).cells.flatMap((cell) => entriesOf(model, cell));
  const lines = entries.map((entry) => `  - ${flowMapping(entry)}\n`);
  return `${HEADER}allow:${lines.length === 0 ? ' []\n' : `\n${lines.join('')}`}otherwise: deny\n`;
}

function entriesOf(model: MeshModel, cell: MatrixCell): readonly JsonObject[] {
  if (cell.access === 'denied') return [];
  const pair = { from: cell.from, to: cell.to, port: cell.port.port };
  if (cell.access === 'allowed') return [pair];
  return cell.conditions
    .filter(({ effect }) => effect === 'if')
    .flatMap((condition) => {
      const samples = sample(condition);
      const requests =
        samples?.method.flatMap((method) => samples.path.map((path) => ({ ...pair, method, path }))) ?? [];
      // An exception, or a field that no sample can be made for, may still stand in the way.
      const holds = requests.length > 0 && requests.every((request) => decide(model, request).verdict === 'allowed');
      return samples && holds ? [{ ...pair, method: oneOrAll(samples.method), path: oneOrAll(samples.path) }] : [];
    });
}

/** Requests that fit a condition on methods and paths; undefined if it asks for more than that. */
function sample({
  requires,
  oneOf,
  about,
}: AccessCondition): { readonly method: readonly string[]; readonly path: readonly string[] } | undefined {
  const values = (field: string) => requires.find((one) => one.field === field)?.values ?? ['*'];
  if (oneOf !== undefined || about !== undefined) return undefined;
  if (requires.some(({ field, negated }) => negated || (field !== 'methods' && field !== 'paths'))) return undefined;
  return {
    method: values('methods').map((pattern) => fitting(pattern, 'GET')),
    path: values('paths').map((pattern) => fitting(pattern, '/')),
  };
}

/** A text that fits a pattern of Istio's: templates and stars are filled in. */
function fitting(pattern: string, anything: string): string {
  if (pattern === '*') return anything;
  if (/\{\*\*?\}/.test(pattern)) return pattern.replace(/\{\*\*?\}/g, 'x');
  return pattern.startsWith('*') ? `${anything}${pattern.slice(1)}` : pattern.replace(/\*$/, '');
}

function oneOrAll(values: readonly string[]): JsonValue {
  return values.length === 1 ? (values[0] ?? '') : values;
}

/** One line of YAML: JSON is YAML too, and plain names need no quotes. */
function flowMapping(entry: JsonObject): string {
  return `{ ${Object.entries(entry)
    .map(([key, value]) => `${key}: ${flow(value)}`)
    .join(', ')} }`;
}

function flow(value: JsonValue): string {
  if (typeof value !== 'string')
    return Array.isArray(value) ? `[${value.map(flow).join(', ')}]` : JSON.stringify(value);
  const plain = /^[A-Za-z/][A-Za-z0-9._/-]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
