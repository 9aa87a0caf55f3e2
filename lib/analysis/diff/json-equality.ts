import { isList, isObject, type JsonValue } from '../../base/json';

/** A text that is the same for values that mean the same: the order of keys says nothing, that of lists if asked for. */
export function canonical(json: JsonValue, { unordered } = { unordered: false }): string {
  if (isList(json)) {
    const items = json.map((item) => canonical(item, { unordered }));
    return `[${(unordered ? items.sort() : items).join(',')}]`;
  }
  if (isObject(json)) {
    const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, { unordered })}`).join(',')}}`;
  }
  return JSON.stringify(json);
}

/** What an API server may leave out because it says nothing. */
export function isBlank(json: JsonValue | undefined): boolean {
  if (isList(json)) return json.length === 0;
  if (isObject(json)) return Object.keys(json).length === 0;
  return json === null || json === '';
}
