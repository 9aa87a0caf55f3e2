import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiDocs } from '../../scripts/api-docs/api-docs';
import { parseDocComment } from '../../scripts/api-docs/doc-comment';
import { problems } from '../../scripts/api-docs/problems';
import { linksBetween, referencePage } from '../../scripts/api-docs/reference-page';
import { ROOT } from '../golden/written-files';

test('docs/api says what the comments say; `npm run docs:api` writes it anew', () => {
  const committed = join(ROOT, 'docs/api');
  const files = new Map(readdirSync(committed).map((name) => [name, readFileSync(join(committed, name), 'utf8')]));
  const fresh = apiDocs();

  expect([...files.keys()].sort()).toEqual([...fresh.keys()].sort());
  for (const [name, text] of fresh) expect({ name, text: files.get(name) }).toEqual({ name, text });
}, 60_000);

const entryPoint = { id: 'index', path: 'package', types: 'index.d.ts' };
const described = {
  kind: 'Interface',
  name: 'Described',
  docComment: '/**\n * A thing; see {@link Described.size | its size}.\n */\n',
  excerptTokens: [{ text: 'export interface Described ' }],
  fileUrlPath: 'build/lib/room/described.d.ts',
  members: [
    {
      kind: 'PropertySignature',
      name: 'size',
      docComment: '/**\n * In bytes.\n *\n * @default 10 - what Teleport takes\n */\n',
      excerptTokens: [{ text: 'readonly size?: number;' }],
    },
  ],
};
const entry = { entryPoint, report: '', items: [described], forgotten: [] };

test('a public symbol or member without a comment is a problem, and so is a type that cannot be imported', () => {
  const [size] = described.members;
  const bare = {
    ...described,
    docComment: '',
    members: [{ ...size, kind: 'PropertySignature', docComment: '/**\n * @default 1\n */' }],
  };

  expect(problems([entry])).toEqual([]);
  expect(problems([{ ...entry, items: [bare] }])).toEqual([
    'package: Described is not documented',
    'package: Described.size is not documented',
  ]);
  expect(
    problems([
      {
        ...entry,
        forgotten: [
          { name: 'Hidden', file: 'a.d.ts' },
          { name: 'Described', file: 'a.d.ts' },
        ],
      },
    ]),
  ).toEqual(['package: a.d.ts names Hidden, which no entry point exports']);
});

test('what may be left out of options has to say what holds then', () => {
  const [size] = described.members;
  const silent = {
    kind: 'PropertySignature',
    name: 'size',
    excerptTokens: size?.excerptTokens ?? [],
    docComment: '/** In bytes. */',
  };
  const withName = (name: string) => problems([{ ...entry, items: [{ ...described, name, members: [silent] }] }]);

  expect(withName('DescribedOptions')).toEqual([
    'package: DescribedOptions.size does not say what holds if it is not given',
  ]);
  expect(withName('Described')).toEqual([]);
});

test('a field that may never be given needs no words', () => {
  const never = { kind: 'PropertySignature', name: 'other', excerptTokens: [{ text: 'readonly other?: never;' }] };

  expect(problems([{ ...entry, items: [{ ...described, members: [never] }] }])).toEqual([]);
});

test('a comment is taken apart by its tags', () => {
  expect(
    parseDocComment(
      '/**\n * Waits.\n *\n * Long.\n *\n * @param a - the first\n *\n * @returns how long\n *\n * @throws\n *\n * Error if it ends\n */\n',
    ),
  ).toEqual({
    summary: 'Waits.\n\nLong.',
    params: [{ name: 'a', text: 'the first' }],
    returns: 'how long',
    defaultValue: '',
    throws: ['Error if it ends'],
  });
});

test('a page has a section per room, a heading per symbol, and links to what it names', () => {
  const page = referencePage(entry, linksBetween([entry]));

  expect(page).toContain('## room\n\n### Described\n\nA thing; see [its size](#described).');
  expect(page).toContain('- `readonly size?: number`\n\n  In bytes.\n\n  Default: `10`, what Teleport takes');
});

test('a link to what nobody can import fails', () => {
  const broken = { ...entry, items: [{ ...described, docComment: '/** See {@link Hidden}. */' }] };

  expect(() => referencePage(broken, linksBetween([broken]))).toThrow('links to Hidden');
});

test('two headings alike have anchors of their own, as GitHub makes them', () => {
  const links = linksBetween([{ ...entry, items: [{ ...described, name: 'Room' }] }]);

  expect(links('Room', entryPoint)).toBe('#room-1');
});
