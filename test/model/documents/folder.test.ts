import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findFiles } from '../../../lib/model/documents/find-files';
import { readFolder } from '../../../lib/model/documents/folder';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), 'kind: ConfigMap\n');
  }
}

const names = () => readFolder(root).files.map(({ file }) => relative(root, file));

test('files of a directory come before those of the directories in it, without variants and what is hidden', () => {
  write('b.yaml', 'a/c.yml', 'a.json', 'variants/d.yaml', '.git/e.yaml', 'node_modules/f.yaml', 'notes.txt');

  expect(names()).toEqual(['a.json', 'b.yaml', 'a/c.yml']);
});

test('a link to a file is read, and one to nothing is a problem and not an empty answer', () => {
  write('a.yaml');
  symlinkSync('a.yaml', join(root, 'b.yaml'));
  symlinkSync('gone.yaml', join(root, 'c.yaml'));

  expect(names()).toEqual(['a.yaml', 'b.yaml']);
  expect(readFolder(root).problems).toMatchObject([
    { id: 'file-unreadable', location: { file: join(root, 'c.yaml') } },
  ]);
});

test('a directory without manifests is a problem, and so is one that is not there', () => {
  expect(readFolder(root).problems.map(({ problem }) => problem)).toEqual([
    `the directory "${root}" contains no .yaml, .yml or .json file`,
  ]);
  expect(readFolder(join(root, 'gone')).problems.map(({ problem }) => problem)).toEqual([
    `no file or directory "${join(root, 'gone')}"`,
  ]);
});

test('what is left out is neither looked at nor named, and hidden directories with YAML are named', () => {
  write('a.yaml', 'charts/b.yaml', '.cache/c.yaml');
  const found = findFiles('.', { cwd: root, isLeftOut: (path) => path === 'charts' });

  expect(found).toEqual({ files: ['a.yaml'], passedOver: ['.cache'] });
});
