import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, ENTRY_POINTS, installedDependencies, npm, packed, TSCONFIG } from './packed';

const MAIN = `
import { Deployment } from 'cdk8s-plus-28';
import { MeshApp, MeshNamespace, Port, TeleportCluster, TeleportMesh } from 'cdk8s-teleport-istio';

const app = new MeshApp();
const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh') });
const shop = new MeshNamespace(app, 'shop', { mesh });
const web = shop.addService('web', { image: 'ghcr.io/acme/web:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] });
const worker = mesh.enroll(
  new Deployment(shop, 'worker', {
    metadata: { name: 'worker', namespace: shop.name },
    containers: [{ image: 'ghcr.io/acme/worker:1.0.0' }],
  }),
);
web.allowFrom(worker.identity, { methods: ['GET'] });
app.synth();
`;

/** Compiles as CommonJS and as an ECMAScript module, with a value and a type from each entry point. */
const SUB_PATHS = `
import { type MeshAppProps, SpiffeId } from 'cdk8s-teleport-istio';
import { type MeshModelOptions, MeshModel } from 'cdk8s-teleport-istio/access';
import { type Finding, check } from 'cdk8s-teleport-istio/check';
import { type SockShopProps, TestApp } from 'cdk8s-teleport-istio/demos';
import { type MeshUnderTest, accessMatchers } from 'cdk8s-teleport-istio/jest';

export type Names = [MeshAppProps, MeshModelOptions, Finding, SockShopProps, MeshUnderTest];
export const values = [SpiffeId, MeshModel, check, TestApp, accessMatchers];
if (values.some((value) => value === undefined)) throw new Error('an entry point lacks a name');
`;

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'consumer-'));
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true }\n');
  const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  npm([...install, packed(), ...installedDependencies()], project);
  writeFileSync(join(project, 'tsconfig.json'), TSCONFIG);
  writeFileSync(join(project, 'main.ts'), MAIN);
  writeFileSync(join(project, 'common.ts'), SUB_PATHS);
  writeFileSync(join(project, 'module.mts'), SUB_PATHS);
  compile(project);
}, 60_000);
afterAll(() => rmSync(project, { recursive: true }));

function run(...args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test("a team's own TypeScript project compiles against the packed package and synthesizes with it", () => {
  run('build/main.js');

  expect(readdirSync(join(project, 'dist')).sort()).toEqual([
    '.teleport-istio',
    '00-namespaces.k8s.yaml',
    'istio',
    'mesh.k8s.yaml',
    'shop-policies.k8s.yaml',
    'shop.k8s.yaml',
    'teleport',
  ]);
  const policies = readFileSync(join(project, 'dist/shop-policies.k8s.yaml'), 'utf8');
  expect(policies).toContain('acme.teleport.sh/ns/shop/sa/worker');
});

test('every entry point gives its values to CommonJS and to ECMAScript modules', () => {
  run('build/common.js');
  run('build/module.mjs');
});

test.each(ENTRY_POINTS)('%s has the same names for both kinds of modules', (entryPoint) => {
  const names = (script: string, ...flags: string[]) => JSON.parse(run(...flags, '--eval', script)) as string[];
  const required = names(`console.log(JSON.stringify(Object.keys(require('${entryPoint}')).sort()))`);
  const imported = names(
    `import * as all from '${entryPoint}'; console.log(JSON.stringify(Object.keys(all).sort()))`,
    '--input-type=module',
  );

  expect(required.length).toBeGreaterThan(0);
  // What Node and the compiler add for a CommonJS module.
  expect(imported.filter((name) => !/^(default|module\.exports|__esModule)$/.test(name))).toEqual(required);
});

test('nothing but the entry points can be imported', () => {
  expect(() =>
    run('--eval', "require('cdk8s-teleport-istio/build/lib/constructs/kubernetes/kubernetes-object')"),
  ).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('a program that knows `main` only finds the package: how cdk8s-cli loads plugins', () => {
  run('--eval', `require(${JSON.stringify(join(project, 'node_modules/cdk8s-teleport-istio'))}).TeleportMesh.name`);
});
