import { mayImport, WINGS, type WingName } from './wings';

const NAMES = Object.keys(WINGS) as readonly WingName[];
const BEGIN = '<!-- wings: written by `npm run docs:wings` from scripts/wings.ts -->';
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

/** The map of the wings for CONTRIBUTING.md. */
export function wingMap(): string {
  const id = (name: WingName) => name.replaceAll('/', '-');
  const rows = NAMES.map((name) => `| \`${name}\` | ${WINGS[name].knows} |`);
  const arrows = NAMES.flatMap((name) => WINGS[name].imports.map((other) => `  ${id(name)} --> ${id(other)}`));
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
export function withWingMap(page: string): string {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (start < 0 || end < start) throw new Error('The page has no place for the map of the wings.');
  return page.slice(0, start) + wingMap() + page.slice(end + END.length);
}
