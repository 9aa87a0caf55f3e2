import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ROOT } from '../golden/written-files';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

const FOLDER = join(ROOT, '.github/workflows');
const WORKFLOWS = readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')] as const);

test.each(WORKFLOWS)('%s uses actions by digest, with the release beside it', (_, text) => {
  const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);

  expect(uses.length).toBeGreaterThan(0);
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('no development dependency runs in a job that may publish', () => {
  const jobs = WORKFLOWS.flatMap(([, text]) => Object.values((load(text) as { jobs: Record<string, Job> }).jobs));
  const publishing = jobs.filter(({ permissions }) => permissions?.['id-token'] === 'write');

  expect(publishing).toHaveLength(1);
  for (const { uses, run } of publishing.flatMap(({ steps }) => steps)) {
    expect(uses ?? '').not.toContain('checkout');
    if (run !== undefined) expect(run).toMatch(/^npm publish \.\/package\/\*\.tgz .*--ignore-scripts$/);
  }
});
