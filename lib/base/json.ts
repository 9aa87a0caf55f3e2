/** The value of a YAML or JSON document. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/**
 * An object from untrusted input, as plain data: only its own keys are content, and `constructor` may be one of them.
 */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Whether the value is a mapping. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether the value is a list. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value at a path of keys; undefined as soon as one is missing or its parent is not a mapping. */
export function field(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return valueAt(value, path);
}

/** The text at a path of keys; undefined if there is none or it is something else. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === 'string' ? found : undefined;
}

/** The number at a path of keys; undefined if there is none or it is something else. */
export function numberAt(value: JsonValue | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, path);
  return typeof found === 'number' ? found : undefined;
}

/** The list at a path of keys; empty if there is none or it is something else. */
export function listAt(value: JsonValue | undefined, ...path: readonly string[]): readonly JsonValue[] {
  const found = valueAt(value, path);
  return isList(found) ? found : NO_LIST;
}

/** The mapping at a path of keys; empty if there is none or it is something else. */
export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, path);
  return isObject(found) ? found : NO_OBJECT;
}

/**
 * A text, number or boolean as it would stand in a text; undefined for everything else. Other than `String`, it takes
 * whatever a stranger writes: a mapping may have a key `toString` of its own.
 */
export function scalarText(value: JsonValue | undefined): string | undefined {
  const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? String(value) : undefined;
}

/** The texts, numbers and booleans in the list at a path, as texts; empty if there is none or it is something else. */
export function scalarTextsAt(value: JsonValue | undefined, ...path: readonly string[]): readonly string[] {
  return listAt(value, ...path).flatMap((entry) => scalarText(entry) ?? []);
}

/** {@link field} for a path that is at hand as a list. */
export function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

const NO_LIST: readonly JsonValue[] = Object.freeze([]);
const NO_OBJECT: JsonObject = Object.freeze({});
const NO_TEXTS: Readonly<Record<string, string>> = Object.freeze({});

/** Those entries of the mapping at a path whose value is a text, such as labels or annotations. */
export function textsAt(value: JsonValue | undefined, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = valueAt(value, path);
  if (!isObject(found)) return NO_TEXTS;
  // Nearly always all of them are texts, and then nothing has to be copied.
  return hasOnlyTexts(found) ? found : Object.fromEntries(Object.entries(found).filter(isTextEntry));
}

function hasOnlyTexts(value: JsonObject): value is Readonly<Record<string, string>> {
  for (const key in value) if (typeof value[key] !== 'string') return false;
  return true;
}

function isTextEntry(entry: readonly [string, JsonValue]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
