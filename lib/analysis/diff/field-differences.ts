import { isList, isObject, type JsonObject, type JsonValue } from '../../base/json';
import { canonical, isBlank } from './json-equality';
import { sameQuantity } from './quantity';

/** One field that differs. */
export interface FieldDifference {
  /** As people write it: `spec.rules[0].to[0].operation.methods`; list items that have a name go by it. */
  readonly path: string;
  /** Undefined if the field is new. */
  readonly before: JsonValue | undefined;
  /** Undefined if the field is gone. */
  readonly after: JsonValue | undefined;
}

/** What counts as a difference. */
export interface ComparisonOptions {
  /** Whether fields that only the old side has are ignored: an API server fills in defaults. */
  readonly onlyStated: boolean;
  /** Whether the order of lists is ignored, as in Istio's policies. */
  readonly unordered: boolean;
}

/** Every field that differs, in the order of the new side. */
export function fieldDifferences(
  before: JsonObject,
  after: JsonObject,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  return compareObjects(before, after, '', rules);
}

function compare(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  if (isObject(before) && isObject(after)) return compareObjects(before, after, path, rules);
  if (isList(before) && isList(after)) return compareLists(before, after, path, rules);
  if (before === after) return [];
  if (rules.onlyStated && (sameQuantity(before, after) || (before === undefined && isBlank(after)))) return [];
  return [{ path, before, after }];
}

function compareObjects(
  before: JsonObject,
  after: JsonObject,
  path: string,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  const gone = rules.onlyStated ? [] : Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const at = (object: JsonObject, key: string) => (Object.hasOwn(object, key) ? object[key] : undefined);
  return [...Object.keys(after), ...gone].flatMap((key) =>
    compare(at(before, key), at(after, key), fieldPath(path, key), rules),
  );
}

function compareLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  const names = byName(before);
  const newNames = byName(after);
  if (names && newNames) return compareNamed(names, newNames, path, rules);
  if (![...before, ...after].every(isObject)) {
    return listText(before, rules) === listText(after, rules) ? [] : [{ path, before, after }];
  }
  return compareUnnamed(before, after, path, rules);
}

function compareNamed(
  before: ReadonlyMap<string, JsonObject>,
  after: ReadonlyMap<string, JsonObject>,
  path: string,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  const gone = [...before.keys()].filter((name) => !after.has(name));
  const differences = [...after.keys(), ...gone].flatMap((name) =>
    compare(before.get(name), after.get(name), `${path}[${name}]`, rules),
  );
  const order = (names: ReadonlyMap<string, unknown>) => [...names.keys()];
  if (differences.length > 0 || rules.unordered || canonical(order(before)) === canonical(order(after))) {
    return differences;
  }
  return [{ path: `${path} (order)`, before: order(before), after: order(after) }];
}

/** Items that are the same on both sides are taken out first, so that one put in at the front does not change them all. */
function compareUnnamed(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  rules: ComparisonOptions,
): readonly FieldDifference[] {
  const left = before.map((item, index) => ({ item, index, text: itemText(item, rules) }));
  const added = after
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => {
      const text = itemText(item, rules);
      const same = left.findIndex((one) => one.text === text);
      if (same !== -1) left.splice(same, 1);
      return same === -1;
    });
  const pairs = Array.from({ length: Math.max(left.length, added.length) }, (_, n) => [left[n], added[n]] as const);
  const differences = pairs.flatMap(([old, now]) =>
    compare(old?.item, now?.item, `${path}[${now?.index ?? old?.index}]`, rules),
  );
  if (pairs.length > 0 || listText(before, rules) === listText(after, rules)) return differences;
  return [{ path: `${path} (order)`, before, after }];
}

/** Items by their names, if all have one and no two have the same. */
function byName(list: readonly JsonValue[]): ReadonlyMap<string, JsonObject> | undefined {
  const named = new Map<string, JsonObject>();
  for (const item of list) {
    if (!isObject(item) || typeof item.name !== 'string' || named.has(item.name)) return undefined;
    named.set(item.name, item);
  }
  return named;
}

function itemText(item: JsonValue, { unordered }: ComparisonOptions): string {
  return canonical(item, { unordered });
}

function listText(list: readonly JsonValue[], { unordered }: ComparisonOptions): string {
  return canonical(list, { unordered });
}

/** A key that could be mistaken for more than one goes into quotes. */
function fieldPath(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}["${key}"]`;
  return path === '' ? key : `${path}.${key}`;
}
