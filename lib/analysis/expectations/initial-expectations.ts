import type { JsonObject, JsonValue } from '../../base/json';
import { decide } from '../access/ask';
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
  const known: KnownSamples = new Map();
  const entries = accessMatrix(model).cells.flatMap((cell) => entriesOf(model, cell, known));
  const lines = entries.map((entry) => `  - ${flowMapping(entry)}\n`);
  return `${HEADER}allow:${lines.length === 0 ? ' []\n' : `\n${lines.join('')}`}otherwise: deny\n`;
}

function entriesOf(model: MeshModel, cell: MatrixCell, known: KnownSamples): readonly JsonObject[] {
  if (cell.access === 'denied') return [];
  const pair = { from: cell.from, to: cell.to, port: cell.port.port };
  if (cell.access === 'allowed') return [pair];
  let samples = known.get(cell.conditions);
  if (samples === undefined) {
    samples = cell.conditions.filter(({ effect }) => effect === 'if').flatMap((one) => soundSample(model, pair, one));
    known.set(cell.conditions, samples);
  }
  return samples.map(({ method, path }) => ({ ...pair, method: oneOrAll(method), path: oneOrAll(path) }));
}

/** Pairs with the same list of conditions have the same policies before them, which need to be asked once. */
type KnownSamples = Map<readonly AccessCondition[], readonly Sample[]>;

/** An exception, or a field that no sample can be made for, may still stand in the way. */
function soundSample(
  model: MeshModel,
  pair: { readonly from: string; readonly to: string; readonly port: number },
  condition: AccessCondition,
): readonly Sample[] {
  const found = sample(condition);
  const requests = found?.method.flatMap((method) => found.path.map((path) => ({ ...pair, method, path }))) ?? [];
  const holds = requests.length > 0 && requests.every((request) => decide(model, request).verdict === 'allowed');
  return found && holds ? [found] : [];
}

/** Methods and paths, all combinations of which get through. */
interface Sample {
  readonly method: readonly string[];
  readonly path: readonly string[];
}

/** Requests that fit a condition on methods and paths; undefined if it asks for more than that. */
function sample({ requires, oneOf, about }: AccessCondition): Sample | undefined {
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
