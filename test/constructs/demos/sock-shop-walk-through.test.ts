import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFERENCE, ROOT } from '../../golden/written-files';

const PAGE = readFileSync(join(ROOT, 'docs/sock-shop.md'), 'utf8');

const asked = [...PAGE.matchAll(/^npx teleport-istio (can .*?) +# (ALLOWED|DENIED)$/gm)].map(
  ([, command = '', answer = '']) => [command, answer] as const,
);

test('there are questions on the page, with both answers', () => {
  expect(new Set(asked.map(([, answer]) => answer))).toEqual(new Set(['ALLOWED', 'DENIED']));
});

test.each(asked)('%s: %s', (command, answer) => {
  const cli = join(ROOT, 'build/lib/cli/main.js');
  const { stdout } = spawnSync(process.execPath, [cli, ...command.split(' ')], { cwd: REFERENCE, encoding: 'utf8' });

  expect(stdout.split(':')[0]).toBe(answer);
});

test('every file that the page applies is there', () => {
  const files = [...PAGE.matchAll(/-f (dist\/[\w./-]+)/g)].map(([, file = '']) => file);

  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(join(REFERENCE, file)))).toEqual([]);
});
