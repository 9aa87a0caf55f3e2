import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { stringifyManifests } from '../../../lib/base/yaml/write-yaml';
import { extent } from '../../thorough';

/** Reads with another parser than the one we write with, as YAML 1.1 (kubectl's go-yaml) or 1.2 (most others). */
function readBack(text: string, version: '1.1' | '1.2'): unknown[] {
  return parseAllDocuments(text, { version, schema: version === '1.1' ? 'yaml-1.1' : 'core' }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
}

const NASTY = [
  ...['yes', 'No', 'ON', 'off', 'y', 'N', 'true', 'False', 'null', '~', ''],
  ...['0775', '0o17', '0x1F', '1e3', '1.5', '.5', '1_000', '12:30', '190:20:30', '.inf', '.NaN', '0b101', '+1', '-0'],
  ...['2020-01-01', '2001-12-14t21:59:43.10-05:00', '<<', '=', '-', '?', ': ', '#', ' #x', 'a #b', 'a: b', '- a'],
  ...[' leading', 'trailing ', '\tleading tab', 'tab\tinside', 'line\n', '\nline', 'a\n\n\nb\n\n', ' a\n b', 'a \nb\n'],
  ...[
    '*alias',
    '&anchor',
    '!tag',
    '%percent',
    '@at',
    '`tick',
    '{brace',
    '[bracket',
    '{{ template }}',
    '|',
    '>',
    "it's",
  ],
  ...['"quoted"', "'", '\\', '\u0000', '\u0007', '\u0085', '\u2028', '\uFEFF', 'ünïcödé', '日本', '😀', '---', '...'],
  ...['__proto__', 'x'.repeat(5000), 'word '.repeat(500), '\r\n', 'a\rb', '😀\n'.repeat(3)],
];

describe.each(['1.1', '1.2'] as const)('what is written, read as YAML %s', (version) => {
  test.each(NASTY.map((text) => [text.slice(0, 40), text]))('keeps the text %j, as value, item and key', (_, text) => {
    const document = { value: text, list: [text, [text]], nested: { [`${text}.`]: { deep: text } } };
    expect(readBack(stringifyManifests([document]), version)).toEqual([document]);
  });

  test('keeps numbers, booleans, nulls and empty collections what they are', () => {
    const document = { a: 0, b: -1.5, c: true, d: false, e: null, f: {}, g: [], h: 1e21, i: 509 };
    expect(readBack(stringifyManifests([document]), version)).toEqual([document]);
  });

  test('keeps any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readBack(stringifyManifests([{ text }]), version)).toEqual([{ text }]);
      }),
      { seed: 1, numRuns: extent(100, 3_000) },
    );
  });
});

test('writes a text of several lines as a literal block, so that a diff shows the line that changed', () => {
  const text = stringifyManifests([{ 'tbot.yaml': 'version: v2\nservices:\n  - type: x\n' }]);
  expect(text).toBe('tbot.yaml: |\n  version: v2\n  services:\n    - type: x\n');
});

test('never folds a line and never writes an alias', () => {
  const shared = { label: 'word '.repeat(60).trim() };
  const text = stringifyManifests([{ a: shared, b: shared }]);
  expect(text.split('\n')).toHaveLength(5);
  expect(text).not.toMatch(/[&*]ref/);
});

test('separates documents with one marker and keeps the order of keys', () => {
  expect(stringifyManifests([{ kind: 'B', apiVersion: 'v1' }, { kind: 'A' }])).toBe(
    'kind: B\napiVersion: v1\n---\nkind: A\n',
  );
});

test('leaves out what is undefined, as JSON does', () => {
  expect(stringifyManifests([{ a: undefined, b: { c: undefined, d: 1 } }])).toBe('b:\n  d: 1\n');
});
