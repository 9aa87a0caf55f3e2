import { splitDocuments } from '../../../lib/base/yaml/split-documents';
import { quickReader } from '../../../lib/model/documents/quick-reader';

function readAll(text: string): readonly unknown[] {
  const documents = splitDocuments(text).filter(({ hasContent }) => hasContent);
  const read = quickReader(text, documents);
  return documents.map((_, index) => read(index));
}

test.each<[string, string, readonly unknown[]]>([
  ['plain documents', 'a: b\n---\nc: d\n', [{ a: 'b' }, { c: 'd' }]],
  [
    'a plain document before others',
    'a: b\n---\nc: {d: e}\n---\nf: g # h\n',
    [{ a: 'b' }, { c: { d: 'e' } }, { f: 'g' }],
  ],
  ['what cannot be read', 'a: b\n---\nc: [\n', [{ a: 'b' }, undefined]],
  ['a document that is not plain and the only one', 'a: {b: c}\n', [undefined]],
  ['a key that stands twice', 'a: b\na: c\n---\nd: e\n', [undefined, undefined]],
  ['JSON', '{"a": "b"}\n', [undefined]],
])('%s', (_, text, values) => {
  expect(readAll(text)).toEqual(values);
});
