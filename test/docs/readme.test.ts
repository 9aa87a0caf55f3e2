import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_RELEASES } from '../../lib/upstream/releases/default-releases';
import { ISTIO_LINES } from '../../lib/upstream/releases/istio-lines';
import { runCli } from '../cli/run-cli';
import { filesBelow, REFERENCE, ROOT } from '../golden/written-files';

const WRITTEN = ISTIO_LINES.filter(({ isWritten }) => isWritten).map(({ line }) => line);

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the answer that the README shows is the one its command gives', async () => {
  const question = ['can', 'sock-shop/front-end', 'sock-shop/carts', 'PATCH', '/carts/1/items', 'dist/'];
  const { stdout: answer } = await runCli(question, { cwd: REFERENCE });

  expect(readme).toContain(`npx teleport-istio ${question.join(' ')}\n`);
  expect(readme).toContain(`\`\`\`text\n${answer.split('\n').slice(0, 4).join('\n')}\n…\n\`\`\``);
});

test('the releases that the README names are those that are written', () => {
  expect(readme).toContain(`Writes for Istio ${WRITTEN[0]} to ${WRITTEN.at(-1)} (default ${DEFAULT_RELEASES.istio})`);
});

test('nobody is asked to fetch the command by name where the package is not installed', () => {
  const pages = [...filesBelow(join(ROOT, 'docs')), ['README.md', readme] as const];
  expect(
    pages.filter(([, text]) => /npx (?:--yes |-y )?cdk8s-teleport-istio/.test(text)).map(([file]) => file),
  ).toEqual([]);
});

test('one needs less than two screens to "Use it"', () => {
  expect(readme.split('\n').findIndex((line) => line.startsWith('## Use it'))).toBeLessThan(60);
});
