import type { JsonValue } from '../../../lib/base/json';
import { readCompletely } from '../../../lib/base/yaml/complete-yaml';
import { readPlainYaml } from '../../../lib/base/yaml/read-plain-yaml';
import { stringifyManifests } from '../../../lib/base/yaml/write-yaml';
import { recordedFiles } from '../../analysis/doctor/recorded';
import { extent } from '../../thorough';

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TEXTS = [
  ...[
    '',
    ' ',
    'web',
    'a b',
    'a: b',
    'a #b',
    'a#b',
    'a:b',
    '- a',
    '-',
    '--flag',
    '---',
    '--- x',
    '? x',
    '# x',
    '%x',
    '10%',
  ],
  ...[
    'true',
    'True',
    'yes',
    'no',
    'null',
    '~',
    '.nan',
    '.5',
    '.',
    '1',
    '-1',
    '01',
    '0x1f',
    '1e3',
    '1_000',
    '12:30',
    '1.2.3',
  ],
  ...[
    '2026-11-28',
    '2026-11-28T17:35:41Z',
    '10.0.0.1',
    '64Mi',
    '$(POD)',
    '{{ x }}',
    '[x]',
    '{a: b}',
    '"q"',
    "it's",
    '@x',
    '`x`',
  ],
  ...[
    'a\n',
    'a\nb',
    '\na',
    'a\n\n',
    '  a\nb',
    'a\n  b\n\nc\n',
    '#\n',
    '---\n',
    'a\tb',
    '\ta\n',
    'a\r\n',
    '\u0085',
    '\u2028',
    '😀',
    '\ud800',
  ],
  ...['&a', '*a', '!x', '|', '>', '<<', 'a\\b', '=', '+1', '-.inf', 'a ', ' a', 'x'.repeat(1100)],
];
const KEYS = [...TEXTS, 'spec', 'app.kubernetes.io/name', 'http.in;.rbac', '__proto__', 'constructor', '$x', '_x'];

function anyValue(next: (below: number) => number, depth = 0): JsonValue {
  const pick = <T>(list: readonly T[]) => list[next(list.length)] as T;
  switch (next(depth > 3 ? 3 : 6)) {
    case 0:
      return pick([0, 1, -7, 1.5, 1e21, 123456789012345, true, false, null, [], {}]);
    case 1:
    case 2:
      return pick(TEXTS);
    case 3:
      return Array.from({ length: next(4) }, () => anyValue(next, depth + 1));
    default:
      return Object.fromEntries(Array.from({ length: next(4) }, () => [pick(KEYS), anyValue(next, depth + 1)]));
  }
}

/** What the complete reader reads; undefined if it refuses. */
const completely = (text: string) => readCompletely(text, { duplicateKeys: 'last-wins' }).value;

test('what is written is read as the complete reader reads it, or left to it', () => {
  let read = 0;
  for (let seed = 1; seed <= extent(1_000, 30_000); seed += 1) {
    const text = stringifyManifests([{ value: anyValue(numbers(seed)) }]);
    const plain = readPlainYaml(text);
    if (plain === undefined) continue;
    read += 1;
    expect({ seed, plain }).toEqual({ seed, plain: completely(text) });
  }
  expect(read).toBeGreaterThan(extent(333, 10_000));
});

test('a changed text is read as the complete reader reads it, or left to it', () => {
  const texts = recordedFiles('healthy').flatMap(({ path, text }) =>
    path.endsWith('.yaml') ? [text.slice(0, 3_000), `# a: b\n${text.slice(0, 300)}`] : [],
  );
  const inserted = [
    ' ',
    '  ',
    '\n',
    ':',
    ': ',
    '- ',
    '#',
    ' #',
    '"',
    "'",
    '|',
    '\t',
    '{',
    '}',
    '[',
    ',',
    '&a ',
    '*a',
    '!',
    '---\n',
    '? ',
    '# a\n',
  ];
  let read = 0;
  for (let seed = 1; seed <= extent(2_000, 40_000); seed += 1) {
    const next = numbers(seed);
    let text = texts[next(texts.length)] as string;
    for (let change = 0; change <= next(3); change += 1) {
      const at = next(text.length + 1);
      const kind = next(3);
      text = `${text.slice(0, at)}${kind === 0 ? '' : inserted[next(inserted.length)]}${text.slice(kind === 1 ? at : at + next(4))}`;
    }
    const plain = readPlainYaml(text);
    if (plain === undefined) continue;
    read += 1;
    const expected = completely(text);
    if (JSON.stringify(plain) !== JSON.stringify(expected))
      expect({ seed, text, plain }).toEqual({ seed, text, plain: expected });
  }
  expect(read).toBeGreaterThan(extent(150, 3_000));
});

test.each(recordedFiles('healthy').filter(({ path }) => path.endsWith('.yaml')))(
  '$path needs no other reader',
  ({ text }) => {
    expect(readPlainYaml(text)).toEqual(completely(text));
  },
);

test.each([
  ['# by a generator: edit that\n#\nkind: A\n', { kind: 'A' }],
  ['# a\n- b\n', ['b']],
  ['---\nkind: A\n', { kind: 'A' }],
  ['---\n# a\nkind: A\n', { kind: 'A' }],
])('what stands above the document in %j needs no other reader', (text, value) => {
  expect(readPlainYaml(text)).toEqual(value);
  expect(completely(text)).toEqual(value);
});

test.each([
  ...[
    '64Mi',
    '25%',
    '-h',
    '--flag',
    '-Xms64m -Dx=a:b',
    '10.0.0.1',
    '0.0.0.0:3001',
    '1.31.4',
    '2026-11-28',
    '12:30',
    '1.',
    '-0',
  ],
  ...[
    '017',
    '-017',
    '08',
    '0x1f',
    '-0x1f',
    '0b11',
    '0o17',
    '1_000',
    '1e3',
    '-1e3',
    '1e999',
    '-_1',
    '--1',
    '_1',
    '0-',
    '-y',
  ],
  ...['1.5', '-1.5', '9223372036854775808', '18446744073709551616', '0x1ffffffffffffffff', '123456789012345678'],
  // Left to the complete reader, one by one.
  ...['.5', '-.5', '+1', '~', 'yes', 'No', '.inf', '-.inf', '.nan', '=', 'é'],
])('%s, not in quotes, is what the complete reader takes it for', (text) => {
  const plain = readPlainYaml(`a: ${text}\n`);
  if (plain !== undefined) expect(plain).toEqual(completely(`a: ${text}\n`));
  expect(plain === undefined).toBe(completely(`a: ${text}\n`) === undefined);
});

test.each([
  ['a file of comments', '# a\n# b\n'],
  ['a comment further down', 'a: b\n# c\nd: e\n'],
  ['a comment that is indented', '  # a\nb: c\n'],
  ['a flow mapping', 'a: {b: c}\n'],
  ['an anchor', 'a: &x b\n'],
  ['a merge', '<<: {a: b}\n'],
  ['a comment', 'a: b # c\n'],
  ['several lines of one text', 'a: b\n  c\n'],
  ['a marker behind a comment', '# a\n---\nb: c\n'],
  ['two markers', '---\n---\nb: c\n'],
  ['two documents', 'a: b\n---\na: c\n'],
  ['a marker behind a list', '- a\n---\n'],
  ['a marker behind a literal block', 'a: |\n  b\n---\n'],
  ['the end of a document', '- a\n...\n'],
  ['a directive', '%YAML 1.2\na: b\n'],
  ['half a character', 'a: \ud83d\n'],
  ['a key without a value', 'a:\nb: c\n'],
  ['a property of every object', '"__proto__": {}\n'],
  ['brackets without end', 'a: [\n'],
])('%s is left to the complete reader', (_, text) => {
  expect(readPlainYaml(text)).toBeUndefined();
});
