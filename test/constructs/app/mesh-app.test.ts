import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { VariantChart } from '../../../lib';
import { MeshApp, type MeshAppProps } from '../../../lib/constructs/app/mesh-app';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'app-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function configMap(scope: Construct, name: string, data: Record<string, string> = {}): ApiObject {
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'n' }, data });
}

test('writes one file per chart, in the order objects were made, without a hash in any name', () => {
  const app = new MeshApp({ outdir });
  const chart = new Chart(app, 'shop');
  configMap(chart, 'z');
  configMap(chart, 'a');
  app.synth();

  expect(readdirSync(outdir)).toEqual(['.teleport-istio', 'shop.k8s.yaml']);
  const text = readFileSync(join(outdir, 'shop.k8s.yaml'), 'utf8');
  expect(text.match(/name: \w/g)).toEqual(['name: z', 'name: a']);
});

test('puts variants into a directory that kubectl does not read', () => {
  const app = new MeshApp({ outdir });
  configMap(new Chart(app, 'main'), 'a');
  configMap(new VariantChart(app, 'other'), 'a');
  app.synth();

  expect(readdirSync(outdir).sort()).toEqual(['.teleport-istio', 'main.k8s.yaml', 'variants']);
  expect(readdirSync(join(outdir, 'variants'))).toEqual(['other.k8s.yaml']);
});

test.each([
  '../x.yaml',
  '/etc/x.yaml',
  'a/../../x.yaml',
  'x.yaml',
  'a\\b.yaml',
  'a//b.yaml',
  './b.yaml',
  'C:/x.yaml',
  '',
])('refuses to add a file at "%s", which is not in a directory of the output', (path) => {
  expect(() => new MeshApp().addFile(path, () => '')).toThrow(/not a valid path of a file in a subdirectory/);
});

test('writes the files that constructs add, and leaves out those that have nothing to say', () => {
  const app = new MeshApp({ outdir });
  app.addFile('notes/own.yaml', () => 'kept: as it is\n');
  app.addFile('istio/none.yaml', () => undefined);
  app.synth();

  expect(readFileSync(join(outdir, 'notes/own.yaml'), 'utf8')).toMatch(/^# [^\n]*\nkept: as it is\n$/);
  expect(existsSync(join(outdir, 'istio'))).toBe(false);
});

test('refuses a second file of the same path', () => {
  const app = new MeshApp({ outdir });
  app.addFile('a/b.yaml', () => '');

  expect(() => app.addFile('a/b.yaml', () => '')).toThrow(/two constructs write the same file: "a\/b.yaml"/);
});

test.each<[string, (app: MeshApp) => void]>([
  ['a validation', (app) => app.node.addValidation({ validate: () => ['no good'] })],
  ['a duplicate object', (app) => configMap(new Chart(app, 'again'), 'a')],
  [
    'an added file',
    (app) =>
      app.addFile('x/y.yaml', () => {
        throw new Error('no good');
      }),
  ],
])('leaves the output as it was when %s fails', (_what, breakIt) => {
  writeFileSync(join(outdir, 'chart.k8s.yaml'), 'before');
  const app = new MeshApp({ outdir });
  configMap(new Chart(app, 'chart'), 'a');
  breakIt(app);

  expect(() => app.synth()).toThrow();
  expect(readdirSync(outdir)).toEqual(['chart.k8s.yaml']);
  expect(readFileSync(join(outdir, 'chart.k8s.yaml'), 'utf8')).toBe('before');
});

test('lists every failed validation with its construct path, running each once', () => {
  const app = new MeshApp({ outdir });
  let runs = 0;
  for (const name of ['one', 'two', 'three']) {
    const chart = new Chart(app, name);
    configMap(chart, name);
    chart.node.addValidation({
      validate: () => {
        runs++;
        return [`${name} is wrong`];
      },
    });
  }

  expect(() => app.synth()).toThrow(/\[one\] one is wrong\n {2}\[two\] two is wrong\n {2}\[three\] three is wrong/);
  expect(runs).toBe(3);
});

test("keeps patches to objects, also of fields the user's Kubernetes does not know yet", () => {
  const app = new MeshApp({ outdir });
  configMap(new Chart(app, 'chart'), 'a').addJsonPatch({
    _toJson: () => ({ op: 'add', path: '/future', value: 1 }),
  } as never);

  expect(app.synthFiles().get('chart.k8s.yaml')).toContain('future: 1');
});

test('writes what cdk8s-cli reads for its validation reports when it asks for it', () => {
  const app = new MeshApp({ outdir, recordConstructMetadata: true });
  configMap(new Chart(app, 'chart'), 'a');
  app.synth();

  expect(JSON.parse(readFileSync(join(outdir, 'construct-metadata.json'), 'utf8'))).toEqual({
    version: '1.0.0',
    resources: { a: { path: 'chart/a' } },
  });
});

test('is found from any construct below, and a plain App is refused with the remedy', () => {
  const app = new MeshApp({ outdir });
  expect(MeshApp.of(configMap(new Chart(app, 'chart'), 'a'))).toBe(app);

  const plain = new Chart(new App({ outdir }), 'plain');
  expect(() => MeshApp.of(plain)).toThrow(/\[plain\] .*new MeshApp\(\)/);
});

describe('the output is checked as anybody else’s YAML', () => {
  const PRINCIPAL = 'spiffe://acme.teleport.sh/ns/shop/sa/web';

  function appWith(principal: string, props: Partial<MeshAppProps> = {}): MeshApp {
    const app = new MeshApp({ outdir, ...props });
    new ApiObject(new Chart(app, 'own'), 'policy', {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { action: 'ALLOW', rules: [{ from: [{ source: { principals: [principal] } }] }] },
    });
    return app;
  }

  test('an error stops the synthesis, with the construct that made it, and nothing is written', () => {
    expect(() => appWith(PRINCIPAL).synth()).toThrow(/\[own\/policy\] principal-has-scheme: .* Fix: /);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('a warning is printed, and the output is written', () => {
    const print = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    appWith('acme.teleport.sh/ns/*/sa/web').synth();

    expect(print.mock.calls.join('')).toContain('Warning: [own/policy] wildcard-inside: ');
    expect(readdirSync(outdir)).toEqual(['.teleport-istio', 'own.k8s.yaml']);
    print.mockRestore();
  });

  test('a variant is not held against what it replaces', () => {
    const app = new MeshApp({ outdir });
    configMap(new Chart(app, 'main'), 'a');
    configMap(new VariantChart(app, 'other'), 'a');

    expect(() => app.synth()).not.toThrow();
  });

  test('the check can be left out', () => {
    appWith(PRINCIPAL, { check: false }).synth();

    expect(readdirSync(outdir)).toEqual(['.teleport-istio', 'own.k8s.yaml']);
  });
});
