import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { quietly } from '../quietly';
import { ROOT, readPage, readPages } from './markdown';
import { programsOf } from './programs';

/** Inside the repository, so that cdk8s and the types of Node and Jest are found; `build/` is never committed. */
const PROJECT = join(ROOT, 'build/docs-examples');
const PROGRAMS = readPages().flatMap(programsOf);
/** Complete in form; no key of anybody's. */
const JWKS = '{"keys":[{"kty":"RSA","kid":"1","alg":"RS256","use":"sig","n":"3p9w","e":"AQAB"}]}';

beforeAll(() => {
  rmSync(PROJECT, { recursive: true, force: true });
  mkdirSync(join(PROJECT, 'node_modules'), { recursive: true });
  // Imported by its name, as readers do: what resolves is what package.json says.
  symlinkSync(ROOT, join(PROJECT, 'node_modules/cdk8s-teleport-istio'), 'dir');
  const compilerOptions = {
    incremental: false,
    noUnusedLocals: false,
    outDir: 'js',
    rootDir: '.',
  };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] };
  writeFileSync(join(PROJECT, 'tsconfig.json'), JSON.stringify(config));
});

function compile(): string {
  try {
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', PROJECT], { stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stdout?: Buffer }).stdout ?? error);
  }
}

test('every TypeScript example compiles', () => {
  for (const { name, text } of PROGRAMS) writeFileSync(join(PROJECT, `${name}.ts`), text);

  expect(compile()).toBe('');
}, 60_000);

test.each(PROGRAMS.filter(({ synthesizes }) => synthesizes))('the example at $place synthesizes', ({ name }) => {
  const directory = mkdtempSync(join(tmpdir(), 'docs-'));
  try {
    writeFileSync(join(directory, 'jwks.json'), JWKS);
    process.chdir(directory);
    quietly(() => require(join(PROJECT, 'js', `${name}.js`)));

    // In a fleet each cluster's folder has one.
    const written = readdirSync(join(directory, 'dist'), { recursive: true }).map((path) => basename(String(path)));
    expect(written).toContain('00-namespaces.k8s.yaml');
  } finally {
    process.chdir(ROOT);
    rmSync(directory, { recursive: true });
  }
});

test('a block goes on with the program of the page until one makes an app or names its file', () => {
  const page = readPage(
    'docs/page.md',
    [
      '```ts',
      'const a = 1;',
      '```',
      '',
      '```ts',
      'const b = a;',
      '```',
      '```ts',
      '// c.ts',
      'const c = 1;',
      '```',
    ].join('\n'),
  );
  const programs = programsOf(page);

  expect(programs.map(({ place }) => place)).toEqual(['docs/page.md:2', 'docs/page.md:9']);
  expect(programs[0]?.text.split('\n').slice(0, 7)).toEqual(['', 'const a = 1;', '', '', '', 'const b = a;', '']);
});
