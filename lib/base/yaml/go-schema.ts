import {
  boolYaml11Tag,
  defineMappingTag,
  defineScalarTag,
  defineSequenceTag,
  FAILSAFE_SCHEMA,
  mapTag,
  mergeTag,
  NOT_RESOLVED,
  nullCoreTag,
  seqTag,
} from 'js-yaml';
import { goNumber } from './go-number';

/** Characters that a number can begin with. */
const NUMBER_STARTS = [...'+-.0123456789'];

const INFINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** Why a value that is YAML cannot be an object's: the API server reads JSON, which cannot represent it. */
export class NotJsonError extends Error {}

const number = defineScalarTag('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: NUMBER_STARTS,
  resolve: (text) => {
    const value = goNumber(text);
    if (value !== undefined) return value;
    if (INFINITE.test(text)) throw new NotJsonError(`"${text}" is a number that JSON cannot represent`);
    return NOT_RESOLVED;
  },
  identify: () => false,
});

const float = defineScalarTag('tag:yaml.org,2002:float', {
  resolve: (text) => goNumber(text) ?? NOT_RESOLVED,
  identify: () => false,
});

/** go-yaml puts the decoded bytes where the text stood. */
const binary = defineScalarTag('tag:yaml.org,2002:binary', {
  resolve: (text) => {
    const encoded = text.replace(/[\r\n]/g, '');
    if (encoded.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return NOT_RESOLVED;
    return Buffer.from(encoded, 'base64').toString('utf8');
  },
  identify: () => false,
});

// A tag with a function that completes it cannot hold an alias to itself, so the tags are made without theirs.
const { finalize: _mapping, ...plainMapping } = mapTag;
const { finalize: _sequence, ...plainSequence } = seqTag;

/** Keys become JSON's, which are text; go-yaml's conversion refuses what is nothing (sigs.k8s.io/yaml, `convertToJSONableObject`). */
const mapping = defineMappingTag<Record<string, unknown>>('tag:yaml.org,2002:map', {
  ...plainMapping,
  addPair: (carrier, key, value) => {
    if (key === null) return 'a key must not be empty or null';
    // Go prints other numbers than JavaScript does, so the two would see different keys.
    const isOtherNumber = typeof key === 'number' && (!/^-?\d+(?:\.\d{1,6})?$/.test(String(key)) || !isShort(key));
    return isOtherNumber ? 'a key must not be a number in this form: quote it' : mapTag.addPair(carrier, key, value);
  },
});

/** Whether a number has so few digits that every program prints it alike. */
function isShort(key: number): boolean {
  return !Object.is(key, -0) && (Number.isInteger(key) ? Number.isSafeInteger(key) : String(key).length <= 7);
}

/** Tags that go-yaml does not know leave the text, the list or the mapping as it is: `!Sub`, `!!python/name`. */
const UNKNOWN = ['!', 'tag:'].flatMap((prefix) => [
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: (text) => text, identify: () => false }),
  defineSequenceTag(prefix, { ...plainSequence, matchByTagPrefix: true, identify: () => false }),
  defineMappingTag(prefix, {
    ...plainMapping,
    addPair: mapping.addPair,
    matchByTagPrefix: true,
    identify: () => false,
  }),
]);

/**
 * How kubectl, Helm, Istio and Teleport read scalars and tags: all use go-yaml, which keeps YAML 1.1's numbers and booleans
 * (`yes`, `on`), merges `<<`, and passes over tags that it does not know (go.yaml.in/yaml/v2 resolve.go, decode.go).
 */
export const GO_SCHEMA = FAILSAFE_SCHEMA.withTags(
  mapping,
  nullCoreTag,
  boolYaml11Tag,
  number,
  float,
  binary,
  mergeTag,
  ...UNKNOWN,
);
