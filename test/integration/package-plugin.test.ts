import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../golden/written-files';

describe('the validation plugin under cdk8s synth', () => {
  let directory = '';
  beforeAll(() => {
    // The plugin is loaded from a folder like the one npm installs, so that what `package.json` says is tried too.
    directory = mkdtempSync(join(ROOT, 'build', 'plugin-'));
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const app = (principal: string) => `
      const { App, Chart, ApiObject } = require('cdk8s');
      const app = new App();
      const chart = new Chart(app, 'shop');
      new ApiObject(chart, 'policy', {
        apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'catalogue', namespace: 'shop' },
        spec: { rules: [{ from: [{ source: { principals: ['${principal}'] } }] }] },
      });
      app.synth();`;
    writeFileSync(join(directory, 'wrong.js'), app('spiffe://example.teleport.sh/ns/shop/sa/front-end'));
    writeFileSync(join(directory, 'right.js'), app('example.teleport.sh/ns/shop/sa/front-end'));
    writeFileSync(
      join(directory, 'cdk8s.yaml'),
      `language: typescript\napp: node right.js\nvalidations:\n  - package: ${ROOT}\n    version: ${version}\n    class: TeleportIstioValidation\n`,
    );
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const cli = join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s');
  const synth = (app: string) =>
    spawnSync(process.execPath, [cli, 'synth', '--app', `node ${app}`, '--no-check-upgrade'], {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false' },
    });

  test('a wrong manifest fails the synth and is named with its construct', () => {
    const { status, stdout, stderr } = synth('wrong.js');
    expect(status).toBe(2);
    const output = stdout + stderr;
    expect(output).toContain('principal-has-scheme');
    expect(output).toContain('shop/policy');
  }, 60_000);

  test('a right one passes', () => {
    const { status, stdout, stderr } = synth('right.js');
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout + stderr).toContain('success');
  }, 60_000);
});
