import { isList, isObject, type JsonValue } from '../../../lib/base/json';
import { findInPlainYaml } from '../../../lib/base/yaml/plain-positions';
import { readPlainYaml } from '../../../lib/base/yaml/read-plain-yaml';
import { YamlPositions } from '../../../lib/base/yaml/yaml-positions';
import { recordedFiles } from '../../analysis/doctor/recorded';

/** The paths of everything in a value, and of things that are not in it. */
function pathsOf(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  const entries = isList(value) || isObject(value) ? Object.entries(value) : [];
  return [path, [...path, 'missing', 'below'], ...entries.flatMap(([key, one]) => pathsOf(one, [...path, key]))];
}

const DOCUMENT = `---
# by a generator
kind: A
"quoted: key":
  - a: 1
    b:
      - x
      - "y: z"
    c: |
      - text

        deeper: text
    d: {}
  - plain
'e': []
list:
  - |
    text
  - last
end: |-
  a
  b: c
`;

const TEXTS = [
  DOCUMENT,
  ...recordedFiles('healthy').flatMap(({ path, text }) =>
    path.endsWith('.yaml')
      ? text
          .slice(0, 9_000)
          .split(/^(?=---)/m)
          .slice(0, 3)
      : [],
  ),
];

test('what is found without a parser is where the parser finds it', () => {
  let found = 0;
  let left = 0;
  for (const text of TEXTS) {
    const value = readPlainYaml(text);
    if (!isObject(value)) continue;
    const positions = new YamlPositions(text);
    for (const path of pathsOf(value)) {
      const place = findInPlainYaml(text, path);
      if (place === undefined) left += 1;
      else expect({ path, ...place }).toEqual({ path, ...positions.find(path) });
      found += 1;
    }
  }
  expect(found).toBeGreaterThan(1_000);
  // The item of the document above that is a literal block, and what is not below it.
  expect(left).toBe(2);
});

test.each([
  ['a list', '- a\n- b\n'],
  ['a flow mapping', 'a: {b: c}\n'],
  ['what is not YAML', 'a: [\n'],
  ['a long text', `a: b\nc: |\n${'  text\n'.repeat(4_000)}`],
])('%s is left to the parser', (_, text) => {
  expect(findInPlainYaml(text, ['a'])).toBeUndefined();
});
