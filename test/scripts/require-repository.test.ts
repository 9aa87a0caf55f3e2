import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ROOT } from '../golden/written-files';

const folder = mkdtempSync(join(tmpdir(), 'repository-'));
afterAll(() => rmSync(folder, { recursive: true }));

function release(manifest: object): { readonly status: number | null; readonly stderr: string } {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'build/scripts/require-repository.js')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stderr };
}

test.each([
  ['none', {}],
  ['an empty one', { repository: { type: 'git', url: '' } }],
  ['that of a workflow without its variables', { repository: { type: 'git', url: 'git+/.git' } }],
  ['a short form, which npm does not compare', { repository: 'acme/mesh' }],
])('a package with %s as its repository is not released', (_what, manifest) => {
  const { status, stderr } = release(manifest);

  expect(status).toBe(1);
  expect(stderr).toContain('package.json names no repository');
});

test('what the release workflow writes is enough', () => {
  expect(release({ repository: { type: 'git', url: 'git+https://github.com/acme/mesh.git' } })).toEqual({
    status: 0,
    stderr: '',
  });
});

test('the workflow asks after it wrote the repository and before it packs, and `npm publish` asks too', () => {
  const { jobs } = load(readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8')) as {
    readonly jobs: { readonly build: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const at = (what: string) => jobs.build.steps.findIndex(({ run }) => run?.includes(what));
  const places = ['npm pkg set repository', 'require-repository', 'npm pack'].map(at);

  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places).not.toContain(-1);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(scripts.prepublishOnly).toContain('require-repository.js');
});
