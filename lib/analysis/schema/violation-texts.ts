import { amountOf } from '../../base/amount-of';
import { isList, isObject, type JsonValue } from '../../base/json';
import { nearName } from '../../base/near-names';
import type { JsonType, SchemaNode } from './schema-node';

// What is wrong with a value, as clauses. These capture nothing, so that a right document costs no memory for them.

export const TYPE_NAMES = {
  object: 'a mapping',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
} as const;

/** What values have a number of: one of it, and several. */
export type Part = readonly [one: string, many: string];

export const ENTRIES: Part = ['entry', 'entries'];
export const CHARACTERS: Part = ['character', 'characters'];

/** A way in which a value does not fit its schema: a code that stays the same, and words for people. */
export interface Misfit<A, B> {
  readonly code: ViolationCode;
  readonly text: (found: A, allowed: B) => string;
}

/** What exactly is wrong with a value. Codes stay the same when texts change. */
export type ViolationCode =
  | 'above-maximum'
  | 'below-minimum'
  | 'forbidden-combination'
  | 'missing-field'
  | 'missing-one-of'
  | 'not-allowed'
  | 'not-one-of'
  | 'pattern'
  | 'too-few'
  | 'too-many'
  | 'unknown-choice'
  | 'wrong-type';

const wrongType = (value: JsonValue, type: string) => `is ${describe(value)}, not ${type}`;
const tooFew = (least: number, what: Part) => (least === 1 ? 'is empty' : `has fewer than ${amountOf(least, ...what)}`);

export const NOT_ALLOWED: Misfit<JsonValue, readonly JsonValue[]> = {
  code: 'not-allowed',
  // An empty text is the default, which nobody means to write.
  text: (value, allowed) => `is ${written(value)} (allowed: ${allowed.filter((one) => one !== '').join(', ')})`,
};
export const WRONG_TYPE: Misfit<JsonValue, string> = { code: 'wrong-type', text: wrongType };
export const NONE_OF_TYPES: Misfit<JsonValue, readonly JsonType[]> = {
  code: 'wrong-type',
  text: (value, types) => wrongType(value, types.map((one) => TYPE_NAMES[one]).join(' or ')),
};
export const TOO_SHORT: Misfit<string, number> = {
  code: 'too-few',
  text: (value, least) => (value === '' ? 'is empty' : tooFew(least, CHARACTERS)),
};
export const NO_MATCH: Misfit<string, string> = {
  code: 'pattern',
  text: (value, pattern) => `is ${JSON.stringify(value)}, which does not match ${pattern}`,
};
export const BELOW: Misfit<number, number> = {
  code: 'below-minimum',
  text: (value, least) => `is ${value}, but must be at least ${least}`,
};
export const ABOVE: Misfit<number, number> = {
  code: 'above-maximum',
  text: (value, most) => `is ${value}, but must be at most ${most}`,
};
export const TOO_FEW: Misfit<number, Part> = { code: 'too-few', text: tooFew };
export const TOO_MANY: Misfit<number, Part> = {
  code: 'too-many',
  text: (most, what) => `has more than ${amountOf(most, ...what)}`,
};
export const MISSING: Misfit<string, undefined> = {
  code: 'missing-field',
  text: (name) => `has no ${name}, which is required`,
};
export const UNKNOWN_CHOICE: Misfit<string, readonly [name: string, known: readonly string[]]> = {
  code: 'unknown-choice',
  text: (chosen, [name, known]) => {
    const meant = nearName(chosen, known);
    return `has the unknown ${name} "${chosen}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`;
  },
};
export const FORBIDDEN: Misfit<undefined, undefined> = {
  code: 'forbidden-combination',
  text: () => 'has a combination of fields that is not allowed',
};
export const NONE_OF: Misfit<readonly SchemaNode[], undefined> = {
  code: 'missing-one-of',
  text: (branches) => `must have one of ${fieldsOf(branches).join(', ')}`,
};
export const NOT_ONE_OF: Misfit<readonly SchemaNode[], undefined> = {
  code: 'not-one-of',
  text: (branches) =>
    `must have ${branches.some(({ schema }) => schema.not) ? 'at most' : 'exactly'} one of ${fieldsOf(branches).join(', ')}`,
};

function describe(value: JsonValue): string {
  if (isList(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return `the ${typeof value} ${written(value)}`;
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
