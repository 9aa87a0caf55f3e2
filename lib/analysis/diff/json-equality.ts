import { isList, isObject, type JsonValue } from '../../base/json';

/** A text that is equal for equivalent values: it ignores the order of keys and, if requested, the order of lists. */
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

/** Whether an API server may omit a value because it has no meaning. */
export function isBlank(json: JsonValue | undefined): boolean {
  if (isList(json)) return json.length === 0;
  if (isObject(json)) return Object.keys(json).length === 0;
  return json === null || json === '';
}
