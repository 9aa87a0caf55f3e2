import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { replaceDirectory } from '../../../lib/base/files/replace-directory';
import { writeOutputDirectory } from '../../../lib/constructs/app/output-directory';
import { ROOT } from '../../golden/written-files';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('writes every file, making directories as needed', () => {
  writeOutputDirectory(
    directory,
    new Map([
      ['a.k8s.yaml', 'a\n'],
      ['teleport/teleport.yaml', 't\n'],
    ]),
  );

  expect(readFileSync(join(directory, 'a.k8s.yaml'), 'utf8')).toBe('a\n');
  expect(readFileSync(join(directory, 'teleport/teleport.yaml'), 'utf8')).toBe('t\n');
});

test('removes what an earlier synthesis of the app wrote and this one does not', () => {
  const same = ['00-namespaces.k8s.yaml', ''] as const;
  writeOutputDirectory(
    directory,
    new Map([same, ['old.k8s.yaml', ''], ['variants/old.k8s.yaml', ''], ['istio/values-gateway.yaml', '']]),
  );
  const unknown = writeOutputDirectory(directory, new Map([same, ['new.k8s.yaml', '']]));

  expect(readdirSync(directory).sort()).toEqual(['.teleport-istio', '00-namespaces.k8s.yaml', 'new.k8s.yaml']);
  expect(unknown).toEqual([]);
});

test('leaves and names manifests that no record says this app wrote', () => {
  writeFileSync(join(directory, 'theirs.k8s.yaml'), 'theirs');
  const first = writeOutputDirectory(directory, new Map([['shop.k8s.yaml', '']]));
  // A second app in the same directory, which shares no file with the first.
  const second = writeOutputDirectory(directory, new Map([['bank.k8s.yaml', '']]));

  expect(first).toEqual(['theirs.k8s.yaml']);
  expect(second).toEqual(['shop.k8s.yaml', 'theirs.k8s.yaml']);
  expect(readdirSync(directory).sort()).toEqual([
    '.teleport-istio',
    'bank.k8s.yaml',
    'shop.k8s.yaml',
    'theirs.k8s.yaml',
  ]);
});

test("leaves the user's own files alone", () => {
  mkdirSync(join(directory, 'istio'));
  writeFileSync(join(directory, 'kustomization.yaml'), 'mine');
  writeFileSync(join(directory, 'istio', 'my-values.yaml'), 'mine');
  writeOutputDirectory(directory, new Map([['new.k8s.yaml', '']]));

  expect(readFileSync(join(directory, 'kustomization.yaml'), 'utf8')).toBe('mine');
  expect(readFileSync(join(directory, 'istio', 'my-values.yaml'), 'utf8')).toBe('mine');
});

test('replaces nothing and leaves nothing behind if one file cannot be written', () => {
  writeFileSync(join(directory, 'a.k8s.yaml'), 'before');
  writeFileSync(join(directory, 'variants'), 'a file where a directory is needed');

  expect(() =>
    writeOutputDirectory(
      directory,
      new Map([
        ['a.k8s.yaml', 'after'],
        ['variants/b.k8s.yaml', ''],
      ]),
    ),
  ).toThrow();
  expect(readFileSync(join(directory, 'a.k8s.yaml'), 'utf8')).toBe('before');
  expect(readdirSync(directory).sort()).toEqual(['a.k8s.yaml', 'variants']);
  expect(besides()).toEqual([]);
});

test('follows no link: what is written replaces a link, and a link in place of a directory stops everything', () => {
  const outside = mkdtempSync(join(tmpdir(), 'outside-'));
  writeFileSync(join(outside, 'victim'), 'before');
  symlinkSync(join(outside, 'victim'), join(directory, 'a.k8s.yaml'));
  symlinkSync(outside, join(directory, 'link'));
  symlinkSync(outside, `${directory}/../.${basename(directory)}.synth-other`);
  writeOutputDirectory(directory, new Map([['a.k8s.yaml', 'after']]));

  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('before');
  expect(lstatSync(join(directory, 'a.k8s.yaml')).isFile()).toBe(true);
  expect(lstatSync(join(directory, 'link')).isSymbolicLink()).toBe(true);
  expect(() => writeOutputDirectory(directory, new Map([['link/b.yaml', '']]))).toThrow();
  expect(readdirSync(outside)).toEqual(['victim']);
  rmSync(`${directory}/../.${basename(directory)}.synth-other`);
  rmSync(outside, { recursive: true });
});

test.each([
  ['the old output, when the new one was not complete', ['new'], 'before'],
  ['the new output, when only its name was missing', ['new', 'old'], 'after'],
])('the next run finds %s, and cleans up behind a killed one', (_, left, text) => {
  const beside = join(dirname(directory), `.${basename(directory)}.synth`);
  writeOutputDirectory(directory, new Map([['a.k8s.yaml', 'before']]));
  mkdirSync(`${beside}-new`);
  writeFileSync(join(`${beside}-new`, 'a.k8s.yaml'), 'after');
  if (left.includes('old')) renameSync(directory, `${beside}-old`);
  let seen = '';
  writeFileSync(`${beside}.lock`, '2147483646');
  replaceDirectory(directory, (fresh, old) => {
    seen = readFileSync(join(old, 'a.k8s.yaml'), 'utf8');
    writeFileSync(join(fresh, 'a.k8s.yaml'), 'next');
  });

  expect(seen).toBe(text);
  expect(readFileSync(join(directory, 'a.k8s.yaml'), 'utf8')).toBe('next');
  expect(besides()).toEqual([]);
});

test('refuses to replace the directory that the process runs in', () => {
  expect(() => writeOutputDirectory(process.cwd(), new Map([['a.k8s.yaml', '']]))).toThrow(
    /contains the working directory/,
  );
});

test('two at once take turns', async () => {
  const write = (version: string) =>
    spawn(process.execPath, [join(ROOT, 'build/scripts/write-versions.js'), directory, version, '20', '20']);
  const ends = ['a', 'b', 'c'].map(write).map((child) => once(child, 'exit'));

  expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0]);
  const texts = readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(directory, file), 'utf8'));
  expect(texts).toHaveLength(20);
  expect(new Set(texts).size).toBe(1);
  expect(besides()).toEqual([]);
});

/** What stands beside the output directory and belongs to it. */
function besides(): readonly string[] {
  return readdirSync(dirname(directory)).filter((name) => name.startsWith(`.${basename(directory)}.synth`));
}

describe('a link in place of the directory', () => {
  test('is not followed, wherever it leads', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'mine'), 'mine');
    for (const target of [outside, join(outside, 'gone')]) {
      const link = join(outside, '..', `${basename(outside)}-link`);
      symlinkSync(target, link);
      expect(() => writeOutputDirectory(link, new Map([['a.k8s.yaml', '']]))).toThrow(
        `the output directory is a symbolic link to "${target}", and links are not followed`,
      );
      rmSync(link);
    }
    expect(readdirSync(outside)).toEqual(['mine']);
    rmSync(outside, { recursive: true });
  });

  test('is not in the way further up', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    const link = `${outside}-link`;
    symlinkSync(outside, link);
    writeOutputDirectory(join(link, 'dist'), new Map([['a.k8s.yaml', 'text']]));

    expect(readFileSync(join(outside, 'dist/a.k8s.yaml'), 'utf8')).toBe('text');
    rmSync(link);
    rmSync(outside, { recursive: true });
  });
});
