import { isList, isObject, type JsonObject, type JsonValue } from '../../base/json';
import type { AccessRequest } from '../access/request';

/**
 * What an answer must be: `allow` or `deny` for any value of what the request leaves open; `depends` if what it leaves
 * open, or an external authorizer, decides.
 */
export type ExpectedAnswer = 'allow' | 'deny' | 'depends';

/** An entry of an expectations file: requests that must be allowed, or must be denied. */
export interface Expectation {
  /** What the answer must be. */
  readonly expect: ExpectedAnswer;
  /** Callers, each as in a request; `*` means every caller that the policies can distinguish, including `outside`. */
  readonly from: readonly string[];
  /** Callees, each as in a request; `*` means every callee. */
  readonly to: readonly string[];
  /** The requests: every combination of the methods and paths. */
  readonly requests: readonly Omit<AccessRequest, 'from' | 'to'>[];
  /** Its place in the file: `allow, entry 3`. */
  readonly place: string;
}

/** The content of an expectations file. */
export interface Expectations {
  /** Every expectation, in the order of the file. */
  readonly expectations: readonly Expectation[];
  /** Whether every pair that neither `allow` nor `depends` names must be denied. */
  readonly denyOthers: boolean;
}

/** Something in an expectations file that is not valid. */
export interface ExpectationProblem {
  /** Its place: `the file`, or `allow, entry 3`. */
  readonly place: string;
  /** What is wrong, as a clause without a full stop. */
  readonly problem: string;
}

const ANSWERS: readonly ExpectedAnswer[] = ['allow', 'deny', 'depends'];
const TOP = [...ANSWERS, 'otherwise'];
const ENTRY = ['from', 'to', 'port', 'method', 'path', 'host', 'headers', 'claims', 'sourceIp', 'originalClientIp'];

/**
 * Reads a document of expectations:
 *
 * ```yaml
 * allow:
 *   - { from: shop/front-end, to: shop/carts, method: [GET, PATCH], path: /carts/1/items }
 *   - { from: outside by Gateway shop/web, to: shop/front-end, host: shop.example.com }
 * deny:
 *   - { from: outside, to: '*' }
 * depends: # on what is not stated, or on an external authorizer
 *   - { from: shop/front-end, to: shop/user }
 * otherwise: deny # every other pair, and every way from outside through a gateway
 * ```
 *
 * `from`, `to`, `method` and `path` accept one value or a list.
 */
export function readExpectations(
  document: JsonValue,
): Expectations | { readonly problems: readonly ExpectationProblem[] } {
  const problems: ExpectationProblem[] = [];
  if (!isObject(document))
    return { problems: [{ place: 'the file', problem: 'it is not a mapping with "allow" and "deny"' }] };
  reportUnknown(document, TOP, 'the file', problems);
  const expectations = ANSWERS.flatMap((expect) => {
    const entries = document[expect] ?? [];
    if (!isList(entries)) {
      problems.push({ place: expect, problem: 'it is not a list' });
      return [];
    }
    return entries.flatMap((entry, index) => readEntry(expect, entry, `${expect}, entry ${index + 1}`, problems));
  });
  const { otherwise } = document;
  if (otherwise !== undefined && otherwise !== 'deny') {
    problems.push({
      place: 'otherwise',
      problem: 'the only value is "deny"; omit it to state nothing about other pairs',
    });
  }
  return problems.length > 0 ? { problems } : { expectations, denyOthers: otherwise === 'deny' };
}

function readEntry(
  expect: Expectation['expect'],
  entry: JsonValue,
  place: string,
  problems: ExpectationProblem[],
): readonly Expectation[] {
  if (!isObject(entry)) {
    problems.push({ place, problem: 'it is not a mapping with "from" and "to"' });
    return [];
  }
  const before = problems.length;
  reportUnknown(entry, ENTRY, place, problems);
  const texts = (name: string, needed: boolean) => readTexts(entry[name], name, needed, place, problems);
  const from = texts('from', true);
  const to = texts('to', true);
  const methods = texts('method', false);
  const paths = texts('path', false);
  const common = readCommon(entry, place, problems);
  if (problems.length > before) return [];
  const requests = orNothing(methods).flatMap((method) =>
    orNothing(paths).map((path) => ({
      ...common,
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path }),
    })),
  );
  return [{ expect, from, to, requests, place }];
}

function readCommon(
  entry: JsonObject,
  place: string,
  problems: ExpectationProblem[],
): Omit<AccessRequest, 'from' | 'to'> {
  const { port, headers, claims } = entry;
  const bad = (name: string, wanted: string) => problems.push({ place, problem: `"${name}" is not a ${wanted}` });
  if (port !== undefined && typeof port !== 'number' && typeof port !== 'string') bad('port', 'number or name');
  if (
    headers !== undefined &&
    !(isObject(headers) && Object.values(headers).every((text) => typeof text === 'string'))
  ) {
    bad('headers', 'mapping of strings');
  }
  if (claims !== undefined && claims !== null && !isObject(claims)) bad('claims', 'mapping or null');
  const text = (name: 'host' | 'sourceIp' | 'originalClientIp') => {
    const found = entry[name];
    if (found !== undefined && typeof found !== 'string') bad(name, 'text');
    return typeof found === 'string' ? { [name]: found } : {};
  };
  return {
    ...(port !== undefined && { port: port as number | string }),
    ...(headers !== undefined && { headers: headers as Readonly<Record<string, string>> }),
    ...(claims !== undefined && { claims: claims as JsonObject | null }),
    ...text('host'),
    ...text('sourceIp'),
    ...text('originalClientIp'),
  };
}

function readTexts(
  found: JsonValue | undefined,
  name: string,
  needed: boolean,
  place: string,
  problems: ExpectationProblem[],
): readonly string[] {
  const values = found === undefined ? [] : isList(found) ? found : [found];
  if (
    values.every((text): text is string => typeof text === 'string') &&
    (values.length > 0 || (!needed && found === undefined))
  ) {
    return values;
  }
  problems.push({
    place,
    problem: found === undefined ? `"${name}" is missing` : `"${name}" is neither a string nor a list of strings`,
  });
  return [];
}

function reportUnknown(
  given: JsonObject,
  known: readonly string[],
  place: string,
  problems: ExpectationProblem[],
): void {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) problems.push({ place, problem: `"${key}" is unknown; allowed are ${known.join(', ')}` });
  }
}

function orNothing(values: readonly string[]): readonly (string | undefined)[] {
  return values.length === 0 ? [undefined] : values;
}
