import { posix } from 'node:path';
import { mayImport, WINGS, type WingName, wingOf } from './wings';

const NAMES = Object.keys(WINGS) as readonly WingName[];
const BEGIN = '<!-- wings: drawn by `npm run docs:wings` from the imports in lib/ -->';
const END = '<!-- end of wings -->';

/** What biome.json says of imports: one override for each wing, so that the editor shows a wrong direction at once. */
export function importOverrides(): readonly object[] {
  return NAMES.map((name) => {
    const wing = WINGS[name];
    const forbidden = NAMES.filter((other) => !mayImport(name, other) && !isInside(name, other));
    const allowedInside = NAMES.filter((other) => mayImport(name, other) && forbidden.some((f) => isInside(other, f)));
    return {
      includes: [`lib/${name}/**`],
      linter: {
        rules: {
          style: {
            noRestrictedImports: {
              level: 'error',
              options: {
                ...(!wing.usesCdk8s && {
                  paths: Object.fromEntries(
                    ['cdk8s', 'constructs'].map((module) => [module, `lib/${name} works on plain values.`]),
                  ),
                }),
                patterns: [
                  {
                    group: [
                      ...forbidden.map((other) => `**/${other}/**`),
                      ...allowedInside.map((other) => `!**/${other}/**`),
                    ],
                    message: `lib/${name} may import only from: ${wing.imports.join(', ') || 'no other wing'}.`,
                  },
                ],
              },
            },
          },
        },
      },
    };
  });
}

/** Whether the first wing is a part of the second. */
function isInside(inner: WingName, outer: WingName): boolean {
  return inner.startsWith(`${outer}/`);
}

/**
 * Every file of `lib/`, and the files of `lib/` it imports, types and late loading included.
 *
 * @param texts by path, such as `lib/base/json.ts`
 */
export function readImports(texts: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...texts].map(([file, text]) => [
      file,
      [...text.matchAll(/(?:from |require\(|import\()'(\.[^']+)'/g)]
        .map(([, path]) => posix.join(posix.dirname(file), `${path}.ts`))
        .filter((other) => texts.has(other)),
    ]),
  );
}

/** How many imports lead from one wing to another, by the first and then the second. */
export type WingImports = ReadonlyMap<WingName, ReadonlyMap<WingName, number>>;

/** The imports between wings that files really have. */
export function wingImports(imports: ReadonlyMap<string, readonly string[]>): WingImports {
  const found = new Map<WingName, Map<WingName, number>>();
  for (const [file, others] of imports) {
    const from = wingOf(file);
    if (from === undefined) continue;
    const counts = found.get(from) ?? new Map<WingName, number>();
    found.set(from, counts);
    for (const other of others) {
      const to = wingOf(other);
      if (to !== undefined && to !== from) counts.set(to, (counts.get(to) ?? 0) + 1);
    }
  }
  return found;
}

/** The map of the wings for CONTRIBUTING.md, with an arrow for each pair of wings between which there are imports. */
function wingMap(imports: WingImports): string {
  const id = (name: WingName) => name.replaceAll('/', '-');
  const rows = NAMES.map((name) => `| \`${name}\` | ${WINGS[name].knows} |`);
  const arrows = NAMES.flatMap((name) =>
    NAMES.flatMap((other) => (imports.get(name)?.has(other) ? [`  ${id(name)} --> ${id(other)}`] : [])),
  );
  return [
    BEGIN,
    '',
    '| wing | what it knows |',
    '| --- | --- |',
    ...rows,
    '',
    '```mermaid',
    'flowchart LR',
    ...NAMES.map((name) => `  ${id(name)}["${name}"]`),
    ...arrows,
    '```',
    '',
    END,
  ].join('\n');
}

/** A page with its map of the wings written anew. */
export function withWingMap(page: string, imports: WingImports): string {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error('The page has no place for the map of the wings.');
  return page.slice(0, start) + wingMap(imports) + page.slice(end + END.length);
}
