import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../cli/run-cli';
import { REFERENCE, ROOT } from '../../golden/written-files';

const PAGE = readFileSync(join(ROOT, 'docs/sock-shop.md'), 'utf8');

const asked = [...PAGE.matchAll(/^npx teleport-istio (can .*?) +# (ALLOWED|DENIED)$/gm)].map(
  ([, command = '', answer = '']) => [command, answer] as const,
);

test('there are questions on the page, with both answers', () => {
  expect(new Set(asked.map(([, answer]) => answer))).toEqual(new Set(['ALLOWED', 'DENIED']));
});

test.each(asked)('%s: %s', async (command, answer) => {
  const { stdout } = await runCli(command.split(' '), { cwd: REFERENCE });

  expect(stdout.split(':')[0]).toBe(answer);
});

test('every file that the page applies is there', () => {
  const files = [...PAGE.matchAll(/-f (dist\/[\w./-]+)/g)].map(([, file = '']) => file);

  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(join(REFERENCE, file)))).toEqual([]);
});
