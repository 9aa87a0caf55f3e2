import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';

const ENTRY_POINTS = ['index', 'access', 'check', 'demos', 'jest'];

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** What people read and copy: pages without the list of all names, and examples. */
const PAGES = [
  read('README.md'),
  ...[...filesBelow(join(ROOT, 'docs'))].filter(([file]) => /^[^/]+\.md$/.test(file)).map(([, text]) => text),
  ...[...filesBelow(join(ROOT, 'examples'))].filter(([file]) => /\.(?:ts|md)$/.test(file)).map(([, text]) => text),
];

/** The names that tests import as users do, from an entry point. */
const USED_IN_TESTS = new Set(
  [...filesBelow(join(ROOT, 'test'))]
    .filter(([file]) => file.endsWith('.ts'))
    .flatMap(([, text]) => [
      ...text.matchAll(/import (?:type )?\{([^}]*)\} from '(?:\.\.\/)+lib(?:\/(?:access|check|demos|jest))?'/g),
    ])
    .flatMap(([, names]) => namesIn(names as string)),
);

/** Names of a list in braces, without `type`. */
function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '');
}

function exportsOf(entryPoint: string): readonly string[] {
  const text = read(`lib/${entryPoint}.ts`);
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names]) => namesIn(names as string));
}

/** Each declaration that a user sees, by its name, as API Extractor writes it. */
function declarationsOf(entryPoint: string): ReadonlyMap<string, string> {
  const text =
    entryPoint === 'jest'
      ? `${read('docs/api/jest.api.md')}\n${read('lib/jest.ts')}`
      : read(`docs/api/${entryPoint}.api.md`);
  const parts = text.split(/\n(?=\/\/ @public|declare global)/);
  return new Map(
    parts.map((part) => [/\b(?:class|interface|type|function|const|namespace) (\w+)/.exec(part)?.[1] ?? '', part]),
  );
}

test.each(ENTRY_POINTS)(
  'each name of the entry point %s is on a page, in an example or a test of use, or in the signature of another',
  (entryPoint) => {
    const declarations = declarationsOf(entryPoint);
    const names = exportsOf(entryPoint);
    const idle = names.filter((name) => {
      const word = new RegExp(`\\b${name}\\b`);
      if (USED_IN_TESTS.has(name) || PAGES.some((page) => word.test(page))) return false;
      return ![...declarations].some(([owner, declaration]) => owner !== name && word.test(declaration));
    });

    expect(names.length).toBeGreaterThan(3);
    expect(idle).toEqual([]);
  },
);

test('what the evaluator compiles policies to is not part of the surface', () => {
  for (const entryPoint of ENTRY_POINTS) {
    expect([...declarationsOf(entryPoint).keys()].filter((name) => /^Compiled|PolicySet$/.test(name))).toEqual([]);
  }
});
