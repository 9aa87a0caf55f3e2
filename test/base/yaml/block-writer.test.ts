import fc from 'fast-check';
import { BlockWriter } from '../../../lib/base/yaml/block-writer';
import { writeDocument } from '../../../lib/base/yaml/write-yaml';
import { extent } from '../../thorough';

/** What the writer makes of a document, and how often it left a whole one to the library. */
function written(document: unknown): { readonly text: string; readonly left: number } {
  let left = 0;
  const writer = new BlockWriter((part) => {
    if (part === document) left += 1;
    return writeDocument(part);
  });
  return { text: writer.write(document), left };
}

const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
  fc.stringMatching(/^[-a-z0-9./:# *"'{}[\],\n]{0,12}$/),
  fc.constantFrom(
    'yes',
    'y',
    'on',
    'null',
    '~',
    '1',
    '0x1',
    '12:30',
    '2020-01-01',
    '.',
    '---',
    '<<',
    '=',
    '__proto__',
    '',
  ),
  fc.constantFrom('/path/{*}', 'a b', 'a: b', 'a #b', 'a:', 'a:b', 'ns/shop/sa/web', 'x'.repeat(600), 'x'.repeat(1100)),
);
const SCALAR = fc.oneof(
  TEXT,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, new Date(0)),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    SCALAR,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(TEXT, tie('tree'), { maxKeys: 4 }),
    fc.dictionary(TEXT, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('whatever is written is the same bytes as the library writes', () => {
  fc.assert(
    fc.property(tree, (document) => {
      let expected: string;
      try {
        expected = writeDocument(document);
      } catch (error) {
        expect(() => written(document)).toThrow(String((error as Error).message).slice(0, 20));
        return;
      }
      expect(written(document).text).toBe(expected);
    }),
    { seed: 1, numRuns: extent(500, 20_000) },
  );
});

test.each([
  ['a manifest', { kind: 'A', spec: { list: [{ a: 'yes', b: [['c'], []] }, 1], on: true, none: null, empty: {} } }],
  ['keys in quotes', { '8080': 'a', 'a: b': { yes: 1 } }],
  ['what is undefined', { a: undefined, b: 1 }],
])('%s is written without leaving it to the library', (_, document) => {
  expect(written(document)).toEqual({ text: writeDocument(document), left: 0 });
});

test.each([
  ['a text of several lines', { a: 'b\nc' }],
  ['an object of a class', { a: new Date(0) }],
  ['nothing but what is undefined', { a: { b: undefined } }],
  ['undefined in a list', [undefined]],
  ['negative zero', { a: -0 }],
  ['a document that is a scalar', 'a'],
  ['an empty document', {}],
])('%s is left to the library', (_, document) => {
  expect(written(document)).toEqual({ text: writeDocument(document), left: 1 });
});
