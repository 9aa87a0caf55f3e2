import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../base/json';

/** Most parts that the name of a parameter may have; values of charts are not nearly so deep. */
const MAX_PARTS = 32;

/**
 * Puts values that are set by name over others, as `helm --set` does (helm/helm pkg/strvals/parser.go): the name is a path
 * with dots, and what looks like a number or a boolean is one unless it is forced to be a string. Names with an index of a
 * list are left out.
 */
export function withParameters(values: JsonObject, parameters: readonly JsonValue[]): JsonObject {
  let merged = values;
  for (const parameter of parameters) {
    const path = partsOf(textAt(parameter, 'name') ?? '');
    const text = textAt(parameter, 'value');
    if (path.length === 0 || path.length > MAX_PARTS || text === undefined) continue;
    merged = setAt(merged, path, field(parameter, 'forceString') === true ? text : typed(text));
  }
  return merged;
}

/** The parts of a name: dots stand between them, and a dot behind a backslash is part of one. */
function partsOf(name: string): readonly string[] {
  if (name === '' || name.includes('[')) return [];
  return name.split(/(?<!\\)\./).map((part) => part.replace(/\\(.)/g, '$1'));
}

function setAt(values: JsonObject, [key = '', ...rest]: readonly string[], value: JsonValue): JsonObject {
  const below = values[key];
  const next = rest.length === 0 ? value : setAt(isObject(below) && !isList(below) ? below : {}, rest, value);
  return { ...values, [key]: next };
}

function typed(text: string): JsonValue {
  const [, list] = /^\{(.*)\}$/.exec(text) ?? [];
  if (list !== undefined) return list === '' ? [] : list.split(',').map((one) => typed(one.trim()));
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^(?:0|-?[1-9]\d{0,15})$/.test(text) ? Number(text) : text;
}
