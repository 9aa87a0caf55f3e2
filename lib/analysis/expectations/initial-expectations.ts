import type { JsonObject, JsonValue } from '../../base/json';
import { decide } from '../access/ask';
import type { MeshModel } from '../access/mesh-model';
import { accessMatrix, type MatrixCell } from '../matrix/access-matrix';
import type { AccessCondition } from '../matrix/condition';
import { waysOf } from '../matrix/ways-in';
import type { Verdict } from '../policy/policy-set';
import { groupEntries, type PairEntry } from './group-entries';

/** How an expectations file that was made from manifests begins. */
const HEADER = `# Who may call whom. Everything that is not listed must be denied.
# Written from what the manifests allow today: read it through, and take out what should not be there.
`;

/**
 * Writes expectations that today's manifests meet: each pair and each way through a gateway that gets through, with one
 * request for each condition, and `otherwise: deny`. What no sample can be made for is listed under `depends`.
 */
export function initialExpectations(model: MeshModel): string {
  const known: KnownSamples = new Map();
  const { cells } = accessMatrix(model);
  const pairs = cells.map((cell) =>
    entriesOf(model, { from: cell.from, to: cell.to, port: cell.port.port }, cell, known),
  );
  const ways = waysOf({ cells }).flatMap(({ from, to, port, requests, conditions }) =>
    requests.map((request) => {
      const asked = { from, to, port: port.port, ...request };
      // Several routes of a gateway may be for the same request, so what one of them lets through is not the answer.
      const { verdict } = decide(model, asked);
      const access = verdict === 'depends' ? 'conditional' : verdict === 'unanswerable' ? 'unknown' : verdict;
      // Nothing is remembered: what gets through hangs on two sets of policies.
      return entriesOf(model, asked, { access, conditions }, new Map());
    }),
  );
  const all = [...pairs, ...ways];
  const list = (entries: readonly PairEntry[], verdict: Verdict) => {
    const holds = (entry: PairEntry) => isAlways(model, entry, verdict);
    return [...new Set(groupEntries(entries, holds).map((entry) => `  - ${flowMapping(entry)}\n`))];
  };
  const allow = list(
    all.flatMap((one) => one.allow),
    'allowed',
  );
  const depends = list(
    all.flatMap((one) => one.depends),
    'depends',
  );
  const unknown = [...new Set(all.flatMap((one) => one.unknown.map(commentLine)))];
  const missing = unknown.length === 0 ? '' : `${NOT_KNOWN}${unknown.join('')}`;
  const open = depends.length === 0 ? '' : `${DEPENDS}depends:\n${depends.join('')}`;
  return `${HEADER}allow:${allow.length === 0 ? ' []\n' : `\n${allow.join('')}`}${open}${missing}otherwise: deny\n`;
}

const DEPENDS = `# What the manifests alone do not decide: headers, tokens, or an external authorizer do.
`;

/** The comment above what an expectations file cannot hold, as the manifests leave out what decides. */
export const NOT_KNOWN = "# Not known, as the manifests do not say what the mesh's trust domain is:\n";

/** Who asks whom, and for which host if that is all that tells two ways apart. */
interface Asked {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly host?: string;
}

/** The entries for one pair or way. */
interface Entries {
  readonly allow: readonly PairEntry[];
  readonly depends: readonly PairEntry[];
  /** What cannot be answered. */
  readonly unknown: readonly PairEntry[];
}

function commentLine({ from, to, rest }: PairEntry): string {
  return `#   - ${flowMapping({ from, to, ...rest })}\n`;
}

/** Whether the answer to every request of an entry is the same. */
function isAlways(model: MeshModel, { from, to, rest }: PairEntry, verdict: Verdict): boolean {
  const { method, path, ...asked } = rest as { method?: string | string[]; path?: string | string[] };
  const each = (value: string | string[] | undefined) => (Array.isArray(value) ? value : [value]);
  return each(method).every((one) =>
    each(path).every((other) => {
      const request = { ...(one !== undefined && { method: one }), ...(other !== undefined && { path: other }) };
      return decide(model, { from, to, ...asked, ...request }).verdict === verdict;
    }),
  );
}

const NOTHING: Entries = { allow: [], depends: [], unknown: [] };

function entriesOf(
  model: MeshModel,
  asked: Asked,
  { access, conditions }: Pick<MatrixCell, 'access' | 'conditions'>,
  known: KnownSamples,
): Entries {
  if (access === 'denied') return NOTHING;
  const { from, to, ...rest } = asked;
  const entry = { from, to, rest };
  if (access === 'allowed') return { ...NOTHING, allow: [entry] };
  if (access === 'unknown') {
    const isOpen = decide(model, asked).verdict === 'depends';
    return { ...NOTHING, [isOpen ? 'depends' : 'unknown']: [entry] };
  }
  let samples = known.get(conditions);
  if (samples === undefined) {
    samples = conditions.filter(({ effect }) => effect === 'if').flatMap((one) => soundSample(model, asked, one));
    known.set(conditions, samples);
  }
  // A list without samples means that none could be made: something else than methods and paths decides.
  if (samples.length === 0) return { ...NOTHING, depends: [entry] };
  const allow = samples.map(({ method, path }) => ({
    from,
    to,
    rest: { ...rest, method: oneOrAll(method), path: oneOrAll(path) },
  }));
  return { ...NOTHING, allow };
}

/** Pairs with the same list of conditions have the same policies before them, which need to be asked once. */
type KnownSamples = Map<readonly AccessCondition[], readonly Sample[]>;

/** An exception, or a field that no sample can be made for, may still stand in the way. */
function soundSample(model: MeshModel, asked: Asked, condition: AccessCondition): readonly Sample[] {
  const found = sample(condition);
  const requests = found?.method.flatMap((method) => found.path.map((path) => ({ ...asked, method, path }))) ?? [];
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

/** A text that fits a pattern of Istio's: templates and asterisks are filled in. */
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
