import { isList, isObject, type JsonValue } from '../../base/json';
import type { JsonType, SchemaNode } from './schema-node';

// What is wrong with a value, as clauses. None of these captures anything, so that a right document costs no memory for them.

export const TYPE_NAMES = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

export const isNotAllowed = (value: JsonValue, allowed: readonly JsonValue[]) =>
  // An empty text is the default, which nobody means to write.
  `is ${written(value)}, allowed are ${allowed.filter((one) => one !== '').join(', ')}`;
export const isNot = (value: JsonValue, type: string) => `is ${describe(value)}, not ${type}`;
export const isNoneOf = (value: JsonValue, types: readonly JsonType[]) =>
  isNot(value, types.map((one) => TYPE_NAMES[one]).join(' or '));
export const isTooShort = (value: string, least: number) => (value === '' ? 'is empty' : hasFewer(least, 'characters'));
export const isNoMatch = (value: string, pattern: string) =>
  `is ${JSON.stringify(value)}, which does not match ${pattern}`;
export const isBelow = (value: number, least: number) => `is ${value}, below ${least}`;
export const isAbove = (value: number, most: number) => `is ${value}, above ${most}`;
export const hasFewer = (least: number, what: string) => `has fewer than ${least} ${what}`;
export const hasMore = (most: number, what: string) => `has more than ${most} ${what}`;
export const isMissing = (name: string) => `has no ${name}, which is required`;
export const isForbidden = () => 'has a combination of fields that is not allowed';
export const hasNoneOf = (branches: readonly SchemaNode[]) => `must have one of ${fieldsOf(branches).join(', ')}`;
export const isNotOneOf = (branches: readonly SchemaNode[]) =>
  `must have ${branches.some(({ schema }) => schema.not) ? 'at most' : 'exactly'} one of ${fieldsOf(branches).join(', ')}`;

function describe(value: JsonValue): string {
  if (isList(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return `the ${typeof value === 'string' ? 'text' : typeof value} ${written(value)}`;
}

/** JSON has no words for `.nan` and `.inf`. */
function written(value: JsonValue): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** The fields that decide between branches; types only where no branch names a field. */
function fieldsOf(branches: readonly SchemaNode[]): readonly string[] {
  const names = branches.flatMap((branch) => branch.required);
  return names.length > 0 ? names : branches.flatMap((branch) => (branch.type ? [TYPE_NAMES[branch.type]] : []));
}
