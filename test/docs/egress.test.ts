import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../cli/run-cli';
import { ROOT } from './markdown';

const page = readFileSync(join(ROOT, 'docs/egress.md'), 'utf8');

test.each([
  ['orders payments', 'shop/orders', 'api.payments.example:443'],
  ['web warehouse', 'shop/web', 'warehouse.db.example:5432'],
])('the answer on the page about %s is the one its command gives', async (mark, from, to) => {
  const { stdout } = await runCli(['can', from, to, 'dist/'], { cwd: join(ROOT, 'examples/egress') });

  expect(page).toContain(`npx teleport-istio can ${from} ${to} dist/\n`);
  expect(page).toContain(`<!-- ${mark} -->\n\`\`\`text\n${stdout}\`\`\`\n`);
});

test('what everybody may leave for is the end of the table that its command prints', async () => {
  const { stdout } = await runCli(['access', 'dist/'], { cwd: join(ROOT, 'examples/egress') });
  const [, leaving] = /\n(calls to hosts outside the mesh.*?)\n\n/s.exec(stdout) ?? [];

  expect(page).toContain(
    `npx teleport-istio access dist/\n\`\`\`\n\n<!-- leaving -->\n\`\`\`text\n${leaving}\n\`\`\`\n`,
  );
});
