import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importOverrides, readImports, wingImports, withWingMap } from '../../scripts/import-rules';
import { mayImport, WINGS, type WingName, wingOf } from '../../scripts/wings';
import { filesBelow, ROOT } from '../golden/written-files';

/** Every file of `lib/`, and the files of `lib/` it imports. */
const IMPORTS = readImports(
  new Map(
    [...filesBelow(join(ROOT, 'lib'))]
      .filter(([file]) => file.endsWith('.ts'))
      .map(([file, text]) => [`lib/${file}`, text] as const),
  ),
);

test('imports point the way that scripts/wings.ts says', () => {
  const wrong = [...IMPORTS].flatMap(([file, others]) =>
    others
      .filter((other) => {
        const [from, to] = [wingOf(file), wingOf(other)];
        return from !== undefined && to !== undefined && !mayImport(from, to);
      })
      .map((other) => `${file} imports ${other}`),
  );

  expect(IMPORTS.size).toBeGreaterThan(300);
  expect(wrong).toEqual([]);
});

test('no files of lib/ import each other in a circle, not even for types', () => {
  expect(circles(IMPORTS)).toEqual([]);
});

test('no wings may import each other in a circle: an arrow has one direction', () => {
  const names = Object.keys(WINGS) as WingName[];

  expect(circles(new Map(names.map((name) => [name, WINGS[name].imports])))).toEqual([]);
});

test('a circle is found: the search itself works', () => {
  const ring = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);

  expect(circles(ring)).toEqual([['b', 'c']]);
});

test('each direction that scripts/wings.ts allows is used: what nobody needs is not allowed', () => {
  const found = wingImports(IMPORTS);
  const idle = (Object.keys(WINGS) as WingName[]).flatMap((name) =>
    WINGS[name].imports.filter((other) => !found.get(name)?.has(other)).map((other) => `${name} -> ${other}`),
  );

  expect(idle).toEqual([]);
});

test('biome.json has the import rules of the table, and CONTRIBUTING.md the map of the imports there are', () => {
  const biome = JSON.parse(readFileSync(join(ROOT, 'biome.json'), 'utf8'));
  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

  expect(biome.overrides).toEqual(importOverrides());
  expect(page).toBe(withWingMap(page, wingImports(IMPORTS)));
});

test('no room of lib/ has more than 25 files, so that each can be surveyed', () => {
  const sizes = new Map<string, number>();
  for (const file of IMPORTS.keys()) sizes.set(posix.dirname(file), (sizes.get(posix.dirname(file)) ?? 0) + 1);

  expect([...sizes].filter(([, size]) => size > 25)).toEqual([]);
});

/** Groups of files of which each reaches every other (Tarjan), each sorted. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const reached = index.has(next) ? (stack.includes(next) ? (index.get(next) as number) : own) : visit(next);
      low.set(node, Math.min(low.get(node) as number, reached));
    }
    if (low.get(node) === own) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return low.get(node) as number;
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

test('examples and main.ts import what a user can: the entry points', () => {
  const sources = [
    ...[...filesBelow(join(ROOT, 'examples'))].filter(([file]) => file.endsWith('.ts')),
    ['main.ts', readFileSync(join(ROOT, 'main.ts'), 'utf8')] as const,
  ];
  const imported = sources.flatMap(([, text]) =>
    [...text.matchAll(/from '((?:\.\.?\/)+lib[^']*)'/g)].map(([, path]) => path),
  );

  expect(imported.length).toBeGreaterThan(10);
  for (const path of imported) expect(path).toMatch(/^(?:\.\.?\/)+lib(?:\/(?:demos|check|access))?$/);
});
