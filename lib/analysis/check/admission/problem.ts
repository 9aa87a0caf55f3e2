import { isVariable } from '../../../base/is-variable';
import { field, type JsonValue, listAt, numberAt, scalarText, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import {
  isHeaderName,
  isIstioHostPattern,
  isIstioLabelKey,
  isIstioLabelValue,
  isIstioName,
} from '../../../upstream/istio/admission/admitted-names';
import { regexProblem } from '../../../upstream/istio/admission/regex-syntax';
import { isPortNumber } from '../../../upstream/network/port-number';
import { goDurationSeconds } from '../../../upstream/teleport/durations';

/** What Istio's webhook refuses in an object. */
export interface Problem {
  /** JSON pointer of the value that is wrong, or of the one in which something is missing. */
  readonly at: string;
  /** What is wrong. */
  readonly problem: string;
  /**
   * Whether something is missing, which a patch of Kustomize may leave to the object it changes.
   *
   * @default false
   */
  readonly isAbsence?: boolean;
}

/** What no problem looks like. */
export const NO_PROBLEMS: readonly Problem[] = [];

/** One problem, if there is a text for it. */
export function problemAt(at: string, problem: string | undefined): readonly Problem[] {
  return problem === undefined ? NO_PROBLEMS : [{ at, problem }];
}

/** One problem of something that is missing. */
export function absentAt(at: string, problem: string): readonly Problem[] {
  return [{ at, problem, isAbsence: true }];
}

/** One problem of a field that has no value: it is missing or empty. */
export function lacking(parent: JsonValue | undefined, at: string, key: string, problem: string): readonly Problem[] {
  return isGiven(parent, key) ? NO_PROBLEMS : absentAt(`${at}/${key}`, problem);
}

/** One problem of a field that is there and empty; the schema sees where it is missing. */
export function emptyAt(parent: JsonValue | undefined, at: string, key: string, problem: string): readonly Problem[] {
  return field(parent, key) === undefined ? NO_PROBLEMS : lacking(parent, at, key, problem);
}

/** The problems of all entries of a list. */
export function each(
  parent: JsonValue | undefined,
  at: string,
  key: string,
  check: (entry: JsonValue, at: string) => readonly Problem[],
): readonly Problem[] {
  return listAt(parent, key).flatMap((entry, index) => check(entry, `${at}/${key}/${index}`));
}

/** The problems of entries of a list that have a text, such as their name, that an earlier one has; undefined is not compared. */
export function repeatedProblems(
  parent: JsonValue | undefined,
  at: string,
  key: string,
  textOf: (entry: JsonValue) => string | undefined,
  problemOf: (text: string) => string,
  part = '',
): readonly Problem[] {
  const seen = new Set<string>();
  return each(parent, at, key, (entry, place) => {
    const text = textOf(entry);
    if (text === undefined) return NO_PROBLEMS;
    const isSecond = seen.has(text);
    seen.add(text);
    return problemAt(`${place}${part}`, isSecond ? problemOf(text) : undefined);
  });
}

/** The name of an entry of a list; undefined if it has none. */
export function nameOf(entry: JsonValue): string | undefined {
  return textAt(entry, 'name') || undefined;
}

/** The problems of all texts of a list; those that are filled in later are not known yet. */
export function eachText(
  parent: JsonValue | undefined,
  at: string,
  key: string,
  check: (text: string) => string | undefined,
): readonly Problem[] {
  return each(parent, at, key, (entry, place) => {
    const text = scalarText(entry);
    return text === undefined || isVariable(text) ? NO_PROBLEMS : problemAt(place, check(text));
  });
}

/** The problem of one text, where there is one. */
export function oneText(
  parent: JsonValue | undefined,
  at: string,
  key: string,
  check: (text: string) => string | undefined,
): readonly Problem[] {
  const text = textAt(parent, key) ?? '';
  return text === '' || isVariable(text) ? NO_PROBLEMS : problemAt(`${at}/${key}`, check(text));
}

/** A problem where two fields stand together that must not. */
export function together(parent: JsonValue, at: string, one: string, others: readonly string[]): readonly Problem[] {
  if (!isGiven(parent, one)) return NO_PROBLEMS;
  return others
    .filter((name) => isGiven(parent, name))
    .map((name) => ({ at: `${at}/${name}`, problem: `${one} and ${name} are both set` }));
}

/** Whether a field has a value: not null, no empty text and no empty list. */
export function isGiven(parent: JsonValue | undefined, key: string): boolean {
  const value = field(parent, key);
  return value != null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** What is wrong with the duration of a field, where there is one. */
export function durationProblems(
  parent: JsonValue | undefined,
  at: string,
  ...keys: readonly string[]
): readonly Problem[] {
  return keys.flatMap((key) => oneText(parent, at, key, durationProblem));
}

function durationProblem(text: string): string | undefined {
  const seconds = goDurationSeconds(text.replace(/^[+-]/, ''));
  if (seconds === undefined) return `"${text}" is not a duration such as 5s`;
  const nanoseconds = Math.round(seconds * 1e9);
  if (text.startsWith('-') || nanoseconds < 1e6) return `"${text}" is shorter than 1ms`;
  return nanoseconds % 1e6 === 0 ? undefined : `"${text}" is more precise than a millisecond`;
}

/** Whether a duration has a part of a second. */
export function isFinerThanSeconds(duration: string): boolean {
  return Math.round((goDurationSeconds(duration) ?? 0) * 1e9) % 1e9 !== 0;
}

/** What is wrong with a port number. */
export function portProblems(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  const port = numberAt(parent, key);
  return port === undefined || isPortNumber(port)
    ? NO_PROBLEMS
    : problemAt(`${at}/${key}`, `${port} is not a port number`);
}

/** {@link portProblems} where 0 means that there is none. */
export function optionalPortProblems(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  return numberAt(parent, key) === 0 ? NO_PROBLEMS : portProblems(parent, at, key);
}

/** A number below 0 in a field that takes none. */
export function negativeProblems(
  parent: JsonValue | undefined,
  at: string,
  ...keys: readonly string[]
): readonly Problem[] {
  return numberProblems(parent, at, keys, (number) => (number < 0 ? 'must not be negative' : undefined));
}

/** A percentage that is not from 0 to 100. */
export function percentProblems(
  parent: JsonValue | undefined,
  at: string,
  ...keys: readonly string[]
): readonly Problem[] {
  return numberProblems(parent, at, keys, (number) =>
    number < 0 || number > 100 ? 'must be from 0 to 100' : undefined,
  );
}

function numberProblems(
  parent: JsonValue | undefined,
  at: string,
  keys: readonly string[],
  whyWrong: (number: number) => string | undefined,
): readonly Problem[] {
  return keys.flatMap((key) => {
    const number = numberAt(parent, key) ?? 0;
    const why = whyWrong(number);
    return problemAt(`${at}/${key}`, why && `${key} is ${number}, but ${why}`);
  });
}

/** What is wrong with labels of pods. */
export function labelProblems(parent: JsonValue | undefined, at: string, key: string): readonly Problem[] {
  const labels = field(parent, key);
  if (labels === null || typeof labels !== 'object' || Array.isArray(labels)) return NO_PROBLEMS;
  return Object.entries(labels).flatMap(([name, value]) => {
    const text = scalarText(value as JsonValue) ?? '';
    if (isVariable(name) || isVariable(text)) return NO_PROBLEMS;
    const place = `${at}${toPointer(key, name)}`;
    if (!isIstioLabelKey(name)) return problemAt(place, `"${name}" is not a valid label key`);
    return problemAt(place, isIstioLabelValue(text) ? undefined : `"${text}" is not a valid label value`);
  });
}

/** What is wrong with a host that may begin with a wildcard. */
export function hostPatternProblem(host: string): string | undefined {
  return isIstioHostPattern(host) ? undefined : `"${host}" is not a valid host`;
}

/** What is wrong with the name of a port or a subset. */
export function nameProblem(name: string): string | undefined {
  return isIstioName(name) ? undefined : `"${name}" is not a valid name; only letters, digits and hyphens are allowed`;
}

/** What is wrong with the name of a header. */
export function headerNameProblem(name: string): string | undefined {
  return isHeaderName(name) ? undefined : `"${name}" is not a valid header name`;
}

/** What is wrong with a regular expression. */
export function regexTextProblem(text: string): string | undefined {
  const problem = regexProblem(text);
  return problem === undefined ? undefined : `the regular expression "${text}" ${problem}`;
}
