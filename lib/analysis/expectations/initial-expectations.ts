import type { JsonObject, JsonValue } from '../../base/json';
import { visibleText } from '../../base/visible-text';
import type { MeshModel } from '../access/mesh-model';
import { isAmong, type NotListed } from '../fleet/calls-between';
import type { FleetModel } from '../fleet/fleet-model';
import { accessMatrix, type MatrixCell } from '../matrix/access-matrix';
import type { AccessCondition } from '../matrix/condition';
import { waysOf } from '../matrix/ways-in';
import type { Verdict } from '../policy/policy-set';
import { type Ground, groundOf, type Place } from './ground';
import { groupEntries, type PairEntry } from './group-entries';

/** How an expectations file that was made from manifests begins. */
const HEADER = `# Who may call whom. Everything that is not listed must be denied.
# Generated from what the manifests allow today. Review it, and remove what should not be allowed.
`;

/**
 * Writes expectations that today's manifests meet: each allowed pair and each allowed route through a gateway, with one
 * request for each condition, and `otherwise: deny`. Pairs for which no sample request can be constructed are listed
 * under `depends`.
 */
export function initialExpectations(model: MeshModel | FleetModel): string {
  const ground = groundOf(model);
  const known: KnownSamples = new Map();
  const isForeign = isAmong(ground.between.calls);
  const all = ground.places.flatMap((place) => entriesOfPlace(ground, place, isForeign, known));
  for (const { from, to, cell } of ground.between.calls) {
    all.push(entriesOf(ground, { from, to, port: cell.port.port }, cell, known));
  }
  const list = (entries: readonly PairEntry[], verdict: Verdict) => {
    const holds = (entry: PairEntry) => isAlways(ground, entry, verdict);
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
  const between = ground.between.notListed.filter(({ isSure }) => !isSure).map(betweenLine);
  const missing = [
    ...(unknown.length === 0 ? [] : [NOT_KNOWN, ...unknown]),
    ...(between.length === 0 ? [] : [NOT_KNOWN_BETWEEN, ...between]),
  ].join('');
  const open = depends.length === 0 ? '' : `${DEPENDS}depends:\n${depends.join('')}`;
  return `${HEADER}allow:${allow.length === 0 ? ' []\n' : `\n${allow.join('')}`}${open}${missing}otherwise: deny\n`;
}

const DEPENDS = `# Decided by headers, tokens or an external authorizer, not by the manifests alone.
`;

/** The comment above pairs that an expectations file cannot contain, because the manifests do not decide them. */
export const NOT_KNOWN = "# Unknown, because the manifests do not state the mesh's trust domain:\n";

/** The same for calls between clusters. */
export const NOT_KNOWN_BETWEEN = '# Unknown, although policies would allow it:\n';

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

function betweenLine({ from, to, because }: NotListed): string {
  return `#   ${visibleText(`${from} → ${to}: ${because}`)}\n`;
}

/** The entries for what gets through within a cluster, or comes to it from outside. */
function entriesOfPlace(
  ground: Ground,
  place: Place,
  isForeign: ReturnType<typeof isAmong>,
  known: KnownSamples,
): Entries[] {
  const { cells } = accessMatrix(place.model);
  const pairs = cells
    // Whoever is a workload of another cluster is written as one.
    .filter((cell) => !isForeign({ to: place.prefix + cell.to, cell }) || isOfOwnGateway(place, cell))
    .map((cell) => {
      const asked = { from: place.callerIn(cell), to: place.prefix + cell.to, port: cell.port.port };
      return entriesOf(ground, asked, cell, known);
    });
  const ways = waysOf({ cells }).flatMap(({ from, to, port, requests, conditions }) =>
    requests.map((request) => {
      const asked = { from, to: place.prefix + to, port: port.port, ...request };
      // Several routes of a gateway may be for the same request, so what one of them lets through is not the answer.
      const { verdict } = ground.decide(asked);
      const access = verdict === 'depends' ? 'conditional' : verdict === 'unanswerable' ? 'unknown' : verdict;
      // Nothing is remembered: what gets through hangs on two sets of policies.
      return entriesOf(ground, asked, { access, conditions }, new Map());
    }),
  );
  return [...pairs, ...ways];
}

function isOfOwnGateway(place: Place, { decision }: MatrixCell): boolean {
  const { caller } = decision.request;
  return caller.kind === 'identity' && place.isOwnGateway(caller.identity);
}

/** Whether the answer to every request of an entry is the same. */
function isAlways(ground: Ground, { from, to, rest }: PairEntry, verdict: Verdict): boolean {
  const { method, path, ...asked } = rest as { method?: string | string[]; path?: string | string[] };
  const each = (value: string | string[] | undefined) => (Array.isArray(value) ? value : [value]);
  return each(method).every((one) =>
    each(path).every((other) => {
      const request = { ...(one !== undefined && { method: one }), ...(other !== undefined && { path: other }) };
      return ground.decide({ from, to, ...asked, ...request }).verdict === verdict;
    }),
  );
}

const NOTHING: Entries = { allow: [], depends: [], unknown: [] };

function entriesOf(
  ground: Ground,
  asked: Asked,
  { access, conditions }: Pick<MatrixCell, 'access' | 'conditions'>,
  known: KnownSamples,
): Entries {
  if (access === 'denied') return NOTHING;
  const { from, to, ...rest } = asked;
  const entry = { from, to, rest };
  if (access === 'allowed') return { ...NOTHING, allow: [entry] };
  if (access === 'unknown') {
    const isOpen = ground.decide(asked).verdict === 'depends';
    return { ...NOTHING, [isOpen ? 'depends' : 'unknown']: [entry] };
  }
  let samples = known.get(conditions);
  if (samples === undefined) {
    samples = conditions.filter(({ effect }) => effect === 'if').flatMap((one) => soundSample(ground, asked, one));
    known.set(conditions, samples);
  }
  // A list without samples means that none could be made: something other than methods and paths decides.
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
function soundSample(ground: Ground, asked: Asked, condition: AccessCondition): readonly Sample[] {
  const found = sample(condition);
  const requests = found?.method.flatMap((method) => found.path.map((path) => ({ ...asked, method, path }))) ?? [];
  const holds = requests.length > 0 && requests.every((request) => ground.decide(request).verdict === 'allowed');
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
