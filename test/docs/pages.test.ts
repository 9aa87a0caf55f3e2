import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { loadAll } from 'js-yaml';
import { anchorsOf, type Page, proseOf, ROOT, readPage, readPages } from './markdown';

const PAGES = readPages();
/** Pages that other parts of the work bring; an entry goes when its page comes. */
const STILL_TO_COME: readonly string[] = [];

/** Everything a page links to in this repository, with the line it does so. */
function relativeLinks(page: Page): readonly { readonly line: number; readonly target: string }[] {
  return proseOf(page).flatMap((text, index) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => ({ line: index + 1, target }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );
}

function isBroken(page: Page, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page.path : normalize(join(dirname(page.path), path));
  if (!existsSync(join(ROOT, file))) return !STILL_TO_COME.includes(file);
  return anchor !== undefined && !anchorsOf(readPage(file, readFileSync(join(ROOT, file), 'utf8'))).has(anchor);
}

test('every link to a file or heading of this repository leads somewhere', () => {
  const broken = PAGES.flatMap((page) =>
    relativeLinks(page)
      .filter(({ target }) => isBroken(page, target))
      .map(({ line, target }) => `${page.path}:${line}: ${target}`),
  );

  expect(broken).toEqual([]);
});

test('the index lists every page of docs/, and each of the others is linked from one', () => {
  const linked = (pages: readonly Page[]) =>
    new Set(
      pages.flatMap((page) =>
        relativeLinks(page).map(({ target }) => normalize(join(dirname(page.path), target.split('#')[0] ?? ''))),
      ),
    );
  const inIndex = linked(PAGES.filter(({ path }) => path === 'docs/README.md'));
  const anywhere = linked(PAGES);
  const pages = PAGES.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');

  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((path) => dirname(path) === 'docs' && !inIndex.has(path))).toEqual([]);
  expect(pages.filter((path) => !anywhere.has(path))).toEqual([]);
});

test('the page about examples lists each of them, once', () => {
  const directories = readdirSync(join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const listed = PAGES.filter(({ path }) => path === 'examples/README.md')
    .flatMap(({ lines }) => lines)
    .flatMap((line) => /^\| \[([\w-]+)\]/.exec(line)?.[1] ?? []);
  expect(listed.sort()).toEqual(directories.map(({ name }) => name).sort());
});

test('every YAML example can be parsed', () => {
  const broken = PAGES.flatMap((page) =>
    page.blocks
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ line, lines }) => {
        try {
          loadAll(lines.join('\n'));
          return [];
        } catch (error) {
          return [`${page.path}:${line}: ${String(error)}`];
        }
      }),
  );

  expect(broken).toEqual([]);
});

test('every code block says its language, so that one knows which of them are tested', () => {
  const silent = PAGES.flatMap((page) =>
    page.blocks.filter(({ language }) => language === '').map(({ line }) => `${page.path}:${line}`),
  );

  expect(silent).toEqual([]);
});

test('a link counts as broken when the file or the heading is missing', () => {
  const page = readPage(
    'docs/page.md',
    '# One thing, two\n\n[a](#one-thing-two) [b](#three) [c](no.md) [d](../README.md)',
  );
  const targets = relativeLinks(page).map(({ target }) => target);

  expect(targets).toEqual(['#one-thing-two', '#three', 'no.md', '../README.md']);
  expect(anchorsOf(page)).toEqual(new Set(['one-thing-two']));
  expect(['no.md', '../README.md', '../README.md#nowhere'].map((target) => isBroken(page, target))).toEqual([
    true,
    false,
    true,
  ]);
});
