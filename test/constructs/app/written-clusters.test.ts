import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jwks, KubernetesJoin, MeshApp, MeshNamespace, TeleportCluster, TeleportMesh } from '../../../lib/index';
import { quietly } from '../../quietly';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'clusters-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function keysOf(cluster: string): KubernetesJoin {
  const n = Buffer.alloc(256, cluster).toString('base64url');
  return KubernetesJoin.staticJwks(
    Jwks.parse(JSON.stringify({ keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: cluster, n, e: 'AQAB' }] })),
  );
}

interface ClusterExample {
  readonly folder: string;
  readonly keys?: KubernetesJoin;
  readonly name?: string;
  readonly teleport?: string;
}

function write({ folder, keys = keysOf(folder), name, teleport = 'acme.teleport.sh' }: ClusterExample): void {
  const app = new MeshApp({ outdir: join(parent, folder), check: false });
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud(teleport),
    join: keys,
    ...(name !== undefined && { name }),
  });
  new MeshNamespace(app, 'shop', { mesh, name: 'shop' });
  quietly(() => app.synth());
}

test('two clusters on one Teleport cluster need two names, and the second is not written without', () => {
  write({ folder: 'eu' });

  expect(() => write({ folder: 'us' })).toThrow(
    /another Kubernetes cluster with the same Teleport cluster acme\.teleport\.sh, .*"istio-tbot-k8s-join"/,
  );
  expect(existsSync(join(parent, 'us'))).toBe(false);
  expect(() => write({ folder: 'us', name: 'us' })).not.toThrow();
});

test('clusters that join by the issuers of their own are told apart by them', () => {
  write({ folder: 'eu', keys: KubernetesJoin.oidc('https://eu.example.com') });

  expect(() => write({ folder: 'us', keys: KubernetesJoin.oidc('https://us.example.com') })).toThrow(
    /uses the same names there/,
  );
});

test('a second cluster does not replace the files of the first', () => {
  write({ folder: 'dist', keys: keysOf('eu'), name: 'eu' });
  const text = () => readFileSync(join(parent, 'dist/teleport/teleport.yaml'), 'utf8');
  const before = text();

  expect(() => write({ folder: 'dist', keys: keysOf('us'), name: 'us' })).toThrow(/would replace them: .*dist"/);
  expect(text()).toBe(before);
});

test.each<[string, ClusterExample, ClusterExample]>([
  ['one cluster twice', { folder: 'a', keys: keysOf('eu') }, { folder: 'b', keys: keysOf('eu') }],
  [
    'one cluster whose issuer is written in another way',
    { folder: 'a', keys: KubernetesJoin.oidc('https://a.example.com') },
    { folder: 'b', keys: KubernetesJoin.oidc('https://a.example.com/') },
  ],
  ['one directory again', { folder: 'a', keys: keysOf('eu') }, { folder: 'a', keys: keysOf('eu') }],
  ['two Teleport clusters', { folder: 'a' }, { folder: 'b', teleport: 'other.teleport.sh' }],
  ['keys that are not known yet', { folder: 'a' }, { folder: 'b', keys: KubernetesJoin.staticJwks() }],
  [
    'keys here and an issuer there',
    { folder: 'a' },
    { folder: 'b', keys: KubernetesJoin.oidc('https://b.example.com') },
  ],
])('%s is written', (_what, one, other) => {
  write(one);

  expect(() => write(other)).not.toThrow();
});

test('an output directory that is gone hinders nobody', () => {
  write({ folder: 'eu' });
  rmSync(join(parent, 'eu'), { recursive: true });

  expect(() => write({ folder: 'us' })).not.toThrow();
});
