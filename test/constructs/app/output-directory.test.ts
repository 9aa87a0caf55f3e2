import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeOutputDirectory } from '../../../lib/constructs/app/output-directory';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('writes every file, making folders as needed', () => {
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

test('removes what an earlier synthesis wrote and this one does not', () => {
  writeOutputDirectory(
    directory,
    new Map([
      ['old.k8s.yaml', ''],
      ['variants/old.k8s.yaml', ''],
      ['istio/values-gateway.yaml', ''],
    ]),
  );
  writeOutputDirectory(directory, new Map([['new.k8s.yaml', '']]));

  expect(readdirSync(directory).sort()).toEqual(['istio', 'new.k8s.yaml', 'variants']);
  expect(readdirSync(join(directory, 'variants'))).toEqual([]);
  expect(readdirSync(join(directory, 'istio'))).toEqual([]);
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
  writeFileSync(join(directory, 'variants'), 'a file where a folder is needed');

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
});
