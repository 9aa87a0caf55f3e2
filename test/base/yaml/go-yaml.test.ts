import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { ROOT } from '../../golden/written-files';

/** What every recorded text begins with, so that it is taken for an object. */
const HEAD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ';
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

type Recorded = readonly [text: string, documents: readonly object[] | null];

const RECORDED: readonly Recorded[] = readFileSync(join(ROOT, 'test/base/yaml/go-yaml/recorded.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));

/** The documents, as JSON would carry them, or undefined if anything about them was reported. */
function read(text: string): readonly unknown[] | undefined {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text: `${HEAD}${text}` }]);
  const silent = problems.filter(({ id }) => id !== 'manifest-incomplete');
  return silent.length > 0 ? undefined : manifests.all.map(({ body }) => JSON.parse(JSON.stringify(body)));
}

/** Objects only: a document without a kind is reported as incomplete, whatever it holds. */
function objects(documents: readonly object[]): readonly object[] {
  return documents.map((document) => ('apiVersion' in document ? document : { ...OBJECT, ...document }));
}

const READ = RECORDED.map(([text]) => read(text));

test('whatever is read without a word is what kubectl reads', () => {
  const wrong = RECORDED.filter(([, documents], index) => {
    const ours = READ[index];
    return ours !== undefined && !same(ours, documents && objects(documents).slice(0, ours.length));
  });

  expect(RECORDED.length).toBeGreaterThan(2000);
  expect(wrong).toEqual([]);
});

test('most of what kubectl takes is read, and all of what is usual', () => {
  const taken = READ.filter((_, index) => RECORDED[index]?.[1] !== null);
  const refused = taken.filter((ours) => ours === undefined);

  expect(taken.length).toBeGreaterThan(1000);
  expect(refused.length / taken.length).toBeLessThan(0.2);
});

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

test.each([
  ['017 is octal', 'a}\ndata: 017\n', 15],
  ['0b1 is binary', 'a}\ndata: 0b1\n', 1],
  ['underscores are passed over', 'a}\ndata: 1_000\n', 1000],
  ['a tag of another program leaves the text', 'a}\ndata: !Sub x\n', 'x'],
  ['!!binary is decoded', 'a}\ndata: !!binary aGVsbG8=\n', 'hello'],
])('%s, as for kubectl', (_, text, value) => {
  expect(read(text)).toEqual([{ ...OBJECT, data: value }]);
});

test.each([
  [
    'U+2028 at the end of a comment',
    'a} # c\u2028rules: [{}]\n',
    'U+2028 is an invisible character that ends a line for kubectl',
  ],
  ['U+0085', 'a}\ndata: x\u0085y\n', 'U+0085 is an invisible character that ends a line'],
  [
    'an object behind U+2028 in a document of comments',
    'a}\n---\n# c\u2028apiVersion: v1\u2028kind: ConfigMap\u2028metadata: {name: b}\n',
    'U+2028 is an invisible character that ends a line for kubectl',
  ],
  [
    'an object behind U+0085 in a document of comments',
    'a}\n---\n# c\u0085apiVersion: v1\u0085kind: ConfigMap\u0085metadata: {name: b}\n',
    'U+0085 is an invisible character that ends a line',
  ],
  [
    '<< behind a key, in a text with a loose bracket',
    'a}\nb: &b {x: 1}\ndata: {x: 2, <<: *b,\nz: [\n1\n]}\n',
    'kubectl lets "<<" override the preceding key "x"',
  ],
  ['a tab behind the dash of an item', 'a}\ndata:\n  - \ta\n', 'a tab where only spaces are allowed'],
  ['a tab before a value on a line of its own', 'a}\ndata:\n  a:\n      \tb\n', 'a tab where only spaces are allowed'],
  ['an item behind a tab in a plain text', 'a}\ndata:\n  -  a\n  -\t{}\n', 'a tab where only spaces are allowed'],
  ['a tag without a name', 'a}\ndata: !! x\n', 'a tag without a name'],
  ['a time that is none', 'a}\ndata: !!timestamp 2001-13-01\n', 'not a timestamp that kubectl can read'],
  ['two anchors before a key', 'a}\ndata:\n  &x &y a: b\n', 'is on the line of its first key'],
  ['a tab before a comment', 'a}\n\t# c\ndata: 1\n', 'a tab where only spaces are allowed'],
  ['a tab on an empty line', 'a}\n\t\ndata: 1\n', 'a tab where only spaces are allowed'],
  ['.inf', 'a}\ndata: .inf\n', '".inf" is a number that JSON cannot represent'],
  ['a separator with more than a comment', 'a}\ndata: "x\n--- y"\n', 'something other than a comment follows "---"'],
  ['text behind the end of a document', 'a}\n...\ndata: 1\n', 'kubectl reads nothing between "..."'],
  [
    '<< behind a key it brings',
    'a}\nb: &b {x: 1}\ndata: {x: 2, <<: *b}\n',
    'kubectl lets "<<" override the preceding key "x"',
  ],
  ['a control character', 'a}\ndata: "\u007f"\n', 'control character U+007F'],
])('%s is reported, not read', (_, text, problem) => {
  const { problems } = readManifests([{ file: 'a.yaml', text: `${HEAD}${text}` }]);

  expect(problems.map((one) => one.problem).join('\n')).toContain(problem);
});

test('JSON is read by the rules of JSON, which allow what YAML of kubectl does not', () => {
  const json = JSON.stringify({ ...OBJECT, data: { a: 'x\u2028y', b: 'c/d' } }).replace('c/d', 'c\\/d');
  const { manifests, problems } = readManifests([{ file: 'a.json', text: json }]);

  expect(problems).toEqual([]);
  expect(manifests.all[0]?.body.data).toEqual({ a: 'x\u2028y', b: 'c/d' });
});

test.each([
  ['behind a key', 'a:\t[b]\n  c: d\n', { a: ['b'], c: 'd' }],
  ['behind a bracket', 'a: [\tb, {\tc: 1}]\n', { a: ['b', { c: 1 }] }],
  ['behind several keys', 'a:\t{b: 1}\n  c:\t[d]\n  e: "x\ty"\n', { a: { b: 1 }, c: ['d'], e: 'x\ty' }],
])('a tab before a list or a mapping %s is a space', (_, text, data) => {
  expect(read(`a}\ndata:\n  ${text}`)).toEqual([{ ...OBJECT, data }]);
});

test('a refusal in a text with loose brackets says its own place', () => {
  const { problems } = readManifests([{ file: 'a.yaml', text: `${HEAD}a}\ndata: [\n1\n]\nb: !!timestamp x\n` }]);

  expect(problems.map(({ location: { line, column } }) => [line, column])).toEqual([[7, 16]]);
});

test('tabs inside of texts stay texts', () => {
  expect(read('a}\ndata: |\n  x\n  \t# y\n')).toEqual([{ ...OBJECT, data: 'x\n\t# y\n' }]);
});
