import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFERENCE, ROOT } from '../golden/written-files';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

test('the answer that the README shows is the one its command gives', () => {
  const question = ['can', 'sock-shop/front-end', 'sock-shop/carts', 'PATCH', '/carts/1/items', 'dist/'];
  const answer = execFileSync(process.execPath, [join(ROOT, 'build/lib/cli/main.js'), ...question], {
    cwd: REFERENCE,
    encoding: 'utf8',
  });

  expect(readme).toContain(`npx teleport-istio ${question.join(' ')}\n`);
  expect(readme).toContain(`\`\`\`text\n${answer.split('\n').slice(0, 4).join('\n')}\n…\n\`\`\``);
});
