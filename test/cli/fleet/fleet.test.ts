import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../../lib';
import { MeshModel } from '../../../lib/access';
import { UserError } from '../../../lib/cli/user-error';
import { runCli } from '../run-cli';

const IMAGE = { image: 'registry.example/app:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };

/** `eu-1` and `us-1` are one mesh, `staging` is another; web calls carts, which only us-1 and staging have. */
function writeFleet(outdir: string): MeshFleet {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), outdir });
  const [eu, us] = (['eu-1', 'us-1'] as const).map((name) =>
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name }),
  ) as [ReturnType<MeshFleet['addCluster']>, ReturnType<MeshFleet['addCluster']>];
  const staging = fleet.addCluster('staging', {
    join: KubernetesJoin.oidc('https://issuer.example/staging'),
    teleport: TeleportCluster.cloud('acme-staging.teleport.sh'),
  });
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const web = shop.addService('web', IMAGE);
  const carts = shop.addService('carts', { ...IMAGE, clusters: [us, staging] });
  const db = shop.addService('db', { ...IMAGE, headless: true, clusters: [us] });
  shop.addService('stranger', { ...IMAGE, clusters: [eu] });
  web.calls(carts, { methods: ['GET'] });
  carts.in(us).calls(db.in(us));
  // A caller whose namespace no other cluster has.
  const own = fleet.addNamespace('own', { identity: 'exclusive', clusters: [eu] });
  own.addService('reporter', IMAGE).calls(carts, { methods: ['HEAD'] });
  fleet.synth();
  return fleet;
}

let cwd: string;
let fleet: MeshFleet;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fleet-cli-'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  fleet = writeFleet(join(cwd, 'dist'));
  jest.restoreAllMocks();
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...args: readonly string[]) => runCli(args, { cwd });

describe('check', () => {
  test('objects of one name in two clusters are two objects', async () => {
    expect(await run('check', 'dist', '--fail-on', 'warning', '--complete')).toMatchObject({ exitCode: 0 });
  });

  test("a caller that only another cluster's Teleport rules know is no mistake, in one cluster's directory too", async () => {
    const policies = readFileSync(join(cwd, 'dist/us-1/shop-policies.k8s.yaml'), 'utf8');
    expect(policies).toContain('/ns/own/sa/reporter');
    expect(await run('check', 'dist/us-1', '--fail-on', 'warning', '--complete')).toMatchObject({ exitCode: 0 });
    // Without a network it is a mesh of one cluster, and nobody else could issue it.
    mkdirSync(join(cwd, 'alone'), { recursive: true });
    const teleport = readFileSync(join(cwd, 'dist/us-1/teleport/teleport.yaml'), 'utf8');
    writeFileSync(join(cwd, 'alone/all.yaml'), `${policies}---\n${teleport}`);
    expect((await run('check', 'alone', '--rule', 'principal-not-issued')).exitCode).toBe(1);
  });

  test('what is wrong in one cluster, and in no cluster, is found there', async () => {
    const twice = readFileSync(join(cwd, 'dist/us-1/shop.k8s.yaml'), 'utf8').replaceAll('8080', '9999');
    mkdirSync(join(cwd, 'more'), { recursive: true });
    writeFileSync(join(cwd, 'more/bad.yaml'), 'kind: [\n');
    const { stdout, exitCode } = await run('check', 'dist', 'more');
    expect(exitCode).toBe(2);
    expect(stdout).toContain('more/bad.yaml');
    writeFileSync(join(cwd, 'dist/us-1/zz.yaml'), twice);
    try {
      const found = await run('check', 'dist', '--rule', 'duplicate-object');
      expect(found.stdout).toMatch(/dist\/us-1\/zz\.yaml/);
      expect(found.stdout).not.toMatch(/dist\/eu-1/);
    } finally {
      rmSync(join(cwd, 'dist/us-1/zz.yaml'));
    }
  });
});

describe('can', () => {
  test("the callee's cluster decides about a caller of another one, by the identity it comes with", async () => {
    const allowed = await run('can', 'eu-1:shop/web', 'us-1:shop/carts', 'GET', '/', 'dist');
    expect(allowed.stdout).toMatch(/^ALLOWED: spiffe:\/\/acme\.teleport\.sh\/ns\/shop\/sa\/web → shop\/carts/);
    expect(allowed.stdout).toMatch(/decided at dist\/us-1\//);
    expect(allowed.stdout).toContain('assumed: istiod of eu-1 sees the pods of us-1');
    expect(allowed.stdout).not.toContain('DNS_CAPTURE');
    expect(allowed.exitCode).toBe(0);
    expect(await run('can', 'eu-1:shop/web', 'us-1:shop/carts', 'POST', '/', 'dist')).toMatchObject({ exitCode: 1 });
    expect(await run('can', 'eu-1:shop/stranger', 'us-1:shop/carts', 'GET', '/', 'dist')).toMatchObject({
      exitCode: 1,
    });
  });

  test('within a cluster, and from outside, it is the question about that cluster', async () => {
    const within = await run('can', 'shop/web', 'us-1:shop/carts', 'GET', '/', 'dist');
    expect(within.stdout).toMatch(/^ALLOWED: shop\/web → shop\/carts/);
    expect(await run('can', 'outside', 'staging:shop/carts', 'dist')).toMatchObject({ exitCode: 1 });
    const identity = 'spiffe://acme.teleport.sh/ns/shop/sa/web';
    expect(await run('can', identity, 'us-1:shop/carts', 'GET', '/', 'dist')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['no cluster', ['shop/web', 'shop/carts'], /clusters eu-1, staging, us-1: add the cluster/],
    ['a cluster that is not there', ['ap-1:shop/web', 'us-1:shop/carts'], /No cluster is called "ap-1"/],
    ['two meshes', ['staging:shop/web', 'us-1:shop/carts'], /staging is part of mesh acme-staging/],
    ['an unknown workload', ['eu-1:shop/nobody', 'us-1:shop/carts'], /No workload is called "shop\/nobody"/],
    ['an unknown callee', ['eu-1:shop/web', 'us-1:shop/nobody'], /called "shop\/nobody"/],
    ['a caller without an identity', ['eu-1:teleport-system/tbot', 'us-1:shop/carts'], /has no identity to present/],
    ['a headless service of another network', ['eu-1:shop/web', 'us-1:shop/db'], /headless/],
    ['outside with a cluster', ['eu-1:outside', 'us-1:shop/carts'], /belong to no cluster/],
  ])('there is no answer for %s', async (_what, ends, message) => {
    const { exitCode, stderr, stdout } = await run('can', ...ends, 'dist');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test.each([
    [
      'a DestinationRule of the caller',
      'eu-1/own.yaml',
      `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: plain, namespace: shop}
spec: {host: carts.shop.svc.cluster.local, trafficPolicy: {tls: {mode: DISABLE}}}
`,
      /DestinationRule shop\/plain of eu-1 may change/,
    ],
    [
      "a mode of the caller's cluster",
      'eu-1/own.yaml',
      `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system}
spec: {mtls: {mode: DISABLE}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: another, namespace: shop}
spec: {mtls: {mode: DISABLE}}
`,
      /PeerAuthentication of eu-1 sets DISABLE/,
    ],
    [
      'an object in the directory of no cluster',
      'everywhere.yaml',
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {}\n',
      /not in any cluster’s directory:\n {2}dist\/everywhere\.yaml/,
    ],
  ])('%s makes the answer a guess, and is said', async (_what, file, text, message) => {
    writeFileSync(join(cwd, 'dist', file), text);
    try {
      const { exitCode, stderr } = await run('can', 'eu-1:shop/web', 'us-1:shop/carts', 'GET', '/', 'dist');
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(message);
    } finally {
      rmSync(join(cwd, 'dist', file));
    }
  });

  test.each([
    [
      'no gateway that lets others in',
      'us-1/mesh-policies.k8s.yaml',
      'AUTO_PASSTHROUGH',
      'MUTUAL',
      /no Gateway in its manifests/,
    ],
    ['no mesh ID', 'eu-1/istio/istio-operator.yaml', 'meshID:', 'other:', /eu-1 does not state its mesh/],
    [
      'no automatic mTLS',
      'eu-1/istio/istio-operator.yaml',
      '    defaultConfig:',
      '    enableAutoMtls: false\n    defaultConfig:',
      /enableAutoMtls of eu-1 is false/,
    ],
  ])('%s', async (_what, file, before, after, message) => {
    const path = join(cwd, 'dist', file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(before);
    writeFileSync(path, text.replaceAll(before, after));
    try {
      const { exitCode, stderr } = await run(
        'can',
        'eu-1:shop/web',
        'us-1:shop/carts',
        'GET',
        '/',
        'dist',
        '--exclude',
        '**/values-istiod.yaml',
      );
      expect(stderr).toMatch(message);
      expect(exitCode).toBe(2);
    } finally {
      writeFileSync(path, text);
    }
  });

  test('a client that finds no Service of the name is said to need another way to it', async () => {
    const { stdout } = await run('can', 'eu-1:shop/web', 'us-1:shop/web', 'dist');
    expect(stdout).not.toContain('DNS_CAPTURE');
    const without = await run(
      'can',
      'eu-1:shop/web',
      'us-1:shop/carts',
      'GET',
      '/',
      'dist',
      '--exclude',
      '**/remote-services*',
    );
    expect(without.stdout).toContain('DNS_CAPTURE');
  });
});

describe('access', () => {
  test('each cluster has a matrix, and what gets through between them comes last', async () => {
    const { stdout, exitCode } = await run('access', 'dist');
    expect(exitCode).toBe(0);
    expect(stdout.match(/^== .*/gm)).toEqual(['== eu-1', '== staging', '== us-1', '== between clusters']);
    const between = stdout.slice(stdout.indexOf('== between clusters'));
    expect(between).toBe(
      '== between clusters\n\neu-1:own/reporter → us-1:shop/carts:80 (http) ~ mTLS, HEAD\neu-1:shop/web     → us-1:shop/carts:80 (http) ~ mTLS, GET\n\n2 calls between clusters of one mesh\n',
    );
  });

  test('for programs and for pull requests too', async () => {
    const json = JSON.parse((await run('access', 'dist', '-o', 'json')).stdout);
    expect(Object.keys(json.clusters)).toEqual(['eu-1', 'staging', 'us-1']);
    expect(json.between.calls).toEqual([
      expect.objectContaining({ from: 'eu-1:own/reporter', to: 'us-1:shop/carts', port: 80, access: 'conditional' }),
      expect.objectContaining({ from: 'eu-1:shop/web', to: 'us-1:shop/carts', port: 80, access: 'conditional' }),
    ]);
    expect((await run('access', 'dist', '-o', 'markdown')).stdout).toContain('us\\-1:shop/carts:80');
  });

  test('for browsers: one page, whose names say the cluster', async () => {
    const { stdout, exitCode } = await run('access', 'dist', '-o', 'html');
    expect(exitCode).toBe(0);
    const rows = [...stdout.matchAll(/data-label="caller">([^<]*)<\/th><td[^>]*data-label="callee">([^<]*)</g)].map(
      ([, caller, callee]) => `${caller} → ${callee}`,
    );
    expect(rows).toContain('us-1:shop/web → us-1:shop/carts:80 (http)');
    expect(rows).toContain('eu-1:shop/web → us-1:shop/carts:80 (http)');
    expect(rows).not.toContain('staging:shop/web → us-1:shop/carts:80 (http)');
    // An identity is the same in every cluster, and what "the trust domain" means is up to one.
    expect(rows).toContain('spiffe://acme.teleport.sh/ns/own/sa/reporter → us-1:shop/carts:80 (http)');
    expect(stdout).toContain('2 calls between clusters of one mesh');
    const names = JSON.parse(/id="names">(.*?)<\/script>/.exec(stdout)?.[1] ?? '') as string[];
    expect(names).toEqual(
      expect.arrayContaining(['outside', 'eu-1:shop/web', 'any identity of the trust domain in eu-1']),
    );
    expect(names).not.toContain('any identity of the trust domain');
    for (const [, from, to] of stdout.matchAll(/data-from="(\d+)" data-to="(\d+)"/g)) {
      expect([names[Number(from)], names[Number(to)]]).not.toContain(undefined);
    }
  });

  test('--against compares cluster by cluster, and between them', async () => {
    const same = await run('access', 'dist', '--against', 'dist');
    expect(same).toMatchObject({ exitCode: 0, stderr: '' });
    expect(same.stdout.match(/^== .*/gm)).toEqual(['== eu-1', '== staging', '== us-1', '== between clusters']);

    cpSync(join(cwd, 'dist'), join(cwd, 'less'), { recursive: true });
    rmSync(join(cwd, 'less/us-1'), { recursive: true });
    const added = await run('access', 'dist', '--against', 'less');
    expect(added.exitCode).toBe(1);
    expect(added.stdout).toContain('== us-1 (added)\n\nOPENED ');
    expect(added.stdout).toMatch(
      /== between clusters\n\nOPENED {5}eu-1:own\/reporter → us-1:shop\/carts:80 \(http\): \+ if HEAD\n/,
    );
    const removed = await run('access', 'less', '--against', 'dist', '-o', 'markdown');
    expect(removed.exitCode).toBe(1);
    expect(removed.stdout).toContain('### us\\-1 (removed)');
    const json = JSON.parse((await run('access', 'dist', '--against', 'less', '-o', 'json')).stdout);
    expect(json.clusters['us-1'].state).toBe('added');
    expect(json.between.changes).toHaveLength(2);

    // Of one cluster that says its name it is known which of several it is.
    expect(await run('access', 'dist', '--against', 'dist/us-1')).toMatchObject({ exitCode: 1, stderr: '' });
  });

  test('--against a cluster without a name, and an open way between clusters, are no "nothing differs"', async () => {
    mkdirSync(join(cwd, 'nameless'), { recursive: true });
    writeFileSync(join(cwd, 'nameless/a.yaml'), readFileSync(join(cwd, 'dist/us-1/shop.k8s.yaml')));
    const { exitCode, stderr, stdout } = await run('access', 'dist', '--against', 'nameless');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('nameless those of one that does not state its name');

    cpSync(join(cwd, 'dist'), join(cwd, 'open'), { recursive: true });
    const gateway = join(cwd, 'open/us-1/mesh-policies.k8s.yaml');
    writeFileSync(gateway, readFileSync(gateway, 'utf8').replaceAll('AUTO_PASSTHROUGH', 'PASSTHROUGH'));
    const open = await run('access', 'open', '--against', 'dist');
    expect(open.exitCode).toBe(2);
    expect(open.stdout).toMatch(/UNKNOWN {4}eu-1:shop\/web → us-1:shop\/carts:80 \(http\): us-1 is on another network/);
  });

  test('--groups joins callers and callees of several clusters', async () => {
    const { stdout, exitCode } = await run('access', 'dist', '--groups', 'named');
    expect(exitCode).toBe(0);
    const groups = [...stdout.matchAll(/^\d+ {2}(.*)$/gm)].map(([, group]) => group?.split(', '));
    const joined = groups.find((group) => group?.includes('us-1:shop/carts'));
    expect(joined).toEqual(expect.arrayContaining(['eu-1:shop/web', 'eu-1:own/reporter', 'us-1:shop/web']));
    // Staging is another mesh.
    expect(joined?.filter((name) => name.startsWith('staging:'))).toEqual([]);
    // The Service of eu-1 has its pods in us-1.
    expect(stdout).not.toContain('no pods of it are among');
  });
});

describe('other commands', () => {
  test('diff and versions go cluster by cluster', async () => {
    const same = await run('diff', 'dist', 'dist');
    expect(same).toMatchObject({ exitCode: 0 });
    expect(same.stdout.match(/^== .*/gm)).toEqual(['== eu-1', '== staging', '== us-1']);
    expect(await run('diff', 'dist', 'dist/us-1')).toMatchObject({ exitCode: 2 });
    const versions = await run('versions', 'dist');
    expect(versions.stdout.match(/^== .*/gm)).toEqual(['== eu-1', '== staging', '== us-1']);
    expect(Object.keys(JSON.parse((await run('versions', 'dist', '-o', 'json')).stdout))).toEqual([
      'eu-1',
      'staging',
      'us-1',
    ]);
  });

  test('diff says what opens and closes between clusters, and nothing of it where nothing differs', async () => {
    cpSync(join(cwd, 'dist'), join(cwd, 'put'), { recursive: true });
    const policies = join(cwd, 'put/us-1/shop-policies.k8s.yaml');
    writeFileSync(policies, readFileSync(policies, 'utf8').replace('HEAD', 'PUT'));
    const { stdout, exitCode } = await run('diff', 'dist', 'put');
    expect(exitCode).toBe(1);
    expect(stdout.match(/^== .*/gm)).toEqual(['== eu-1', '== staging', '== us-1', '== between clusters']);
    expect(stdout).toMatch(
      /== between clusters\n\nCHANGED {4}eu-1:own\/reporter → us-1:shop\/carts:80 \(http\): \+ if PUT; - if HEAD\n$/,
    );

    const between = async (...paths: readonly string[]) =>
      JSON.parse((await run('diff', ...paths, '-o', 'json')).stdout)['between clusters'];
    expect(await between('dist', 'put')).toMatchObject({ changes: [{ from: 'eu-1:own/reporter', kind: 'changed' }] });
    expect(await between('dist', 'dist')).toEqual({ changes: [], notEvaluated: [], assumed: [] });
    // In a cluster by itself there is no other.
    expect(await between('dist/us-1', 'put/us-1')).toBeUndefined();
  });

  test('diff takes a cluster that only one side has for one that is added or removed', async () => {
    cpSync(join(cwd, 'dist'), join(cwd, 'fewer'), { recursive: true });
    rmSync(join(cwd, 'fewer/us-1'), { recursive: true });
    const added = await run('diff', 'fewer', 'dist');
    expect(added.stdout.split('== between clusters\n\n')[1]).toMatch(
      /^OPENED {5}eu-1:own\/reporter → us-1:shop\/carts:80 \(http\): \+ if HEAD\nOPENED {5}eu-1:shop\/web → .*\n$/,
    );
    const removed = await run('diff', 'dist', 'fewer');
    expect(removed.stdout.split('== between clusters\n\n')[1]).toMatch(/^CLOSED .*\nCLOSED .*\n$/);
  });

  test('diff tells what is not evaluated between clusters, as it may have changed', async () => {
    for (const name of ['shut', 'shut-put']) {
      cpSync(join(cwd, 'dist'), join(cwd, name), { recursive: true });
      const gateway = join(cwd, name, 'us-1/mesh-policies.k8s.yaml');
      writeFileSync(gateway, readFileSync(gateway, 'utf8').replaceAll('AUTO_PASSTHROUGH', 'PASSTHROUGH'));
    }
    const policies = join(cwd, 'shut-put/us-1/shop-policies.k8s.yaml');
    writeFileSync(policies, readFileSync(policies, 'utf8').replace('HEAD', 'PUT'));
    const { stdout } = await run('diff', 'shut', 'shut-put');
    expect(stdout).toMatch(/== between clusters\n\nNo pair .*\nnot evaluated: eu-1 → us-1: us-1 is on another network/);
  });

  test('a fleet whose services are exposed in several clusters is drawn and tested completely', async () => {
    const dist = resolve('examples/fleet/dist');
    const access = await run('access', dist);
    expect(access.exitCode).toBe(0);
    expect(access.stdout).toContain(
      'not evaluated: outside by Gateway eu-1:shop/front-end → us-1:shop/front-end: it routes shop.eu.acme.example there',
    );
    expect(await run('graph', dist)).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run('test', 'exposed.yaml', '--init', dist)).toMatchObject({ exitCode: 0 });
    expect(await run('test', 'exposed.yaml', dist)).toMatchObject({ exitCode: 0 });
  });

  test('graph, test and uninstall take all clusters', async () => {
    const graph = await run('graph', 'dist');
    expect(graph).toMatchObject({ exitCode: 0 });
    expect(graph.stdout).toContain('["us-1"]');
    const uninstall = await run('uninstall', 'dist');
    expect(uninstall).toMatchObject({ exitCode: 0 });
    expect(uninstall.stdout).toContain(
      'istioctl --context=us-1 uninstall --filename=dist/us-1/istio/istio-operator.yaml',
    );
    expect(await run('test', 'access.yaml', '--init', 'dist')).toMatchObject({ exitCode: 0 });
    expect(await run('test', 'access.yaml', 'dist')).toMatchObject({ exitCode: 0 });
    writeFileSync(
      join(cwd, 'wrong.yaml'),
      'deny:\n  - { from: "eu-1:shop/web", to: "us-1:shop/carts", method: GET }\n',
    );
    const wrong = await run('test', 'wrong.yaml', 'dist');
    expect(wrong).toMatchObject({ exitCode: 1 });
    expect(wrong.stdout).toContain(
      'FAILED expected deny (deny, entry 1): eu-1:shop/web → us-1:shop/carts GET: allowed',
    );
    writeFileSync(join(cwd, 'open.yaml'), 'deny:\n  - { from: shop/web, to: shop/carts }\n');
    expect(await run('test', 'open.yaml', 'dist')).toMatchObject({ exitCode: 2 });
  });

  test('a spreadsheet has the cluster of each line, and no cluster for what is between them', async () => {
    const { stdout, exitCode } = await run('access', 'dist', '-o', 'csv');
    expect(exitCode).toBe(0);
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines[0]).toBe('"cluster","from","to","port","access","conditions","transport"');
    expect(new Set(lines.slice(1).map((line) => line.split(',')[0]))).toEqual(
      new Set(['"eu-1"', '"staging"', '"us-1"', '""']),
    );
    expect(lines).toContain('"us-1","shop/carts","shop/db","80 (http)","allowed","","mTLS"');
    expect(lines).toContain('"us-1","outside","shop/carts","80 (http)","denied","","plain text"');
    expect(lines.filter((line) => line.startsWith('"",'))).toEqual([
      '"","eu-1:own/reporter","us-1:shop/carts","80 (http)","conditional","HEAD","mTLS"',
      '"","eu-1:shop/web","us-1:shop/carts","80 (http)","conditional","GET","mTLS"',
    ]);
    const one = (await run('access', 'dist/us-1', '-o', 'csv')).stdout.trimEnd().split('\r\n').slice(1);
    expect(lines.filter((line) => line.startsWith('"us-1",'))).toEqual(one.map((line) => `"us-1",${line}`));
  });

  test('diff --cluster asks each cluster by the context of its name', async () => {
    const asked: string[] = [];
    const live = readdirSync(join(cwd, 'dist/eu-1'))
      .filter((name) => name.endsWith('.k8s.yaml'))
      .map((name) => readFileSync(join(cwd, 'dist/eu-1', name), 'utf8'))
      .join('\n---\n');
    const kubectl = async (args: readonly string[], stdin: string) => {
      asked.push(args.join(' '));
      if (!args.includes('--context=eu-1')) return '';
      expect(stdin).toContain('reporter');
      return live;
    };
    const { stdout, exitCode } = await runCli(['diff', '--cluster', 'dist'], { cwd, kubectl });
    expect(asked).toEqual(
      ['eu-1', 'staging', 'us-1'].map((name) => `get --context=${name} --filename=- --ignore-not-found --output=json`),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/== eu-1\n\nno differences\n/);
    expect(stdout).toMatch(/== us-1\n\nadded /);
    // No gateway of us-1 runs yet, so what it lets in is not known.
    expect(stdout).toMatch(/== between clusters\n\nUNKNOWN {4}eu-1:own\/reporter → us-1:shop\/carts:80/);
  });

  test('diff --cluster has no answer about some of the clusters only', async () => {
    const kubectl = async (args: readonly string[], stdin: string) => {
      if (args.includes('--context=staging')) throw new UserError('context "staging" does not exist');
      return stdin;
    };
    const { stdout, stderr, exitCode } = await runCli(['diff', '--cluster', 'dist'], { cwd, kubectl });
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain('cluster staging: context "staging" does not exist');
  });

  test('a model is of one cluster, also when it is made of a directory or an app', () => {
    expect(() => MeshModel.from(join(cwd, 'dist'))).toThrow(/several clusters/);
    expect(() => MeshModel.from(fleet)).toThrow(/FleetModel\.from .* fleet\.clusters\[0\]\.app/);
    expect(() => MeshModel.from(join(cwd, 'dist/us-1'))).not.toThrow();
  });
});
