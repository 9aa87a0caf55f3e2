import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Jwks,
  KubernetesJoin,
  MeshApp,
  MeshFleet,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
  type TeleportMeshProps,
} from '../../../lib';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'order-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

const JOIN = KubernetesJoin.oidc('https://oidc.example.com/id');

/** Synthesizes a mesh with these namespaces, and returns what was said. */
function synthesize(namespaces: readonly string[], props: Partial<TeleportMeshProps> = {}, image = 'web:1'): string {
  const app = new MeshApp({ outdir, source: image });
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    join: JOIN,
    ...props,
  });
  for (const name of namespaces)
    new MeshNamespace(app, name, { mesh }).addService('web', { image, ports: [Port.http(80)] });
  return saidBy(() => app.synth());
}

function saidBy(run: () => void): string {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    run();
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

test('the first synthesis, the same again and a change of a workload say nothing', () => {
  expect(synthesize(['shop'])).toBe('');
  expect(synthesize(['shop'])).toBe('');
  expect(synthesize(['shop'], {}, 'web:2')).toBe('');
});

test('a join token whose keys are known now takes no identity away', () => {
  synthesize(['shop'], { join: KubernetesJoin.staticJwks() });
  const keys = '{"keys":[{"kty":"RSA","kid":"1","alg":"RS256","use":"sig","n":"3p9w","e":"AQAB"}]}';

  expect(synthesize(['shop'], { join: KubernetesJoin.staticJwks(Jwks.parse(keys)) })).toBe(
    `Compared with the previous contents of ${outdir}, apply in this order:\n` +
      `  1. tctl create -f ${outdir}/teleport/teleport.yaml: which workloads get which identities\n` +
      `  2. kubectl apply -f ${outdir}\n`,
  );
});

test('of a file that somebody has broken it says that it changed, and nothing of namespaces', () => {
  synthesize(['shop']);
  const file = join(outdir, 'teleport/teleport.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}---\na: b: c\n`);

  expect(synthesize(['shop'])).toContain('teleport.yaml: which workloads get which identities');
  writeFileSync(file, `${readFileSync(file, 'utf8')}---\na: b: c\n`);
  expect(synthesize(['shop'])).not.toContain('delete the workloads');
});

test('another trust domain is another mesh, which no order of steps leads to', () => {
  synthesize(['shop']);

  expect(synthesize(['shop'], { teleport: TeleportCluster.cloud('other.teleport.sh') })).toBe(
    `${outdir} was written for the trust domain acme.teleport.sh and is now for other.teleport.sh, so every identity changes. ` +
      'If it was never applied, apply it as a new installation; otherwise, plan a migration (docs/migrating.md).\n',
  );
});

test('a namespace that joins has to be in the rule of the identity before its pods start', () => {
  synthesize(['shop']);

  expect(synthesize(['shop', 'billing'])).toBe(
    `Compared with the previous contents of ${outdir}, apply in this order:\n` +
      `  1. tctl create -f ${outdir}/teleport/teleport.yaml: pods in billing get no certificates before this\n` +
      `  2. kubectl apply -f ${outdir}\n`,
  );
  expect(synthesize(['shop', 'billing'])).toBe('');
});

test('a namespace that leaves goes before its rule does', () => {
  synthesize(['billing', 'shop']);
  const said = synthesize(['shop']);

  expect(said).toMatch(/1\. delete the workloads in billing: [^\n]*\n {2}2\. tctl create -f /);
  expect(said).not.toContain('get no certificates before this');
});

test("Teleport's operator takes the identity from a chart, so that chart comes first", () => {
  const props: Partial<TeleportMeshProps> = { teleportResources: { kind: 'operator', namespace: 'teleport' } };
  synthesize(['shop'], props);

  expect(synthesize(['billing', 'shop'], props)).toContain(
    `1. kubectl apply -f ${outdir}/mesh.k8s.yaml: pods in billing get no certificates before this`,
  );
  // tbot is in the same chart, and no identity.
  expect(synthesize(['billing', 'shop'], { ...props, tbot: { version: '18.11.9' } })).toBe('');
});

test("Istio's installation comes before pods, unless only the releases that are noted in it differ", () => {
  synthesize(['shop']);

  expect(synthesize(['shop'], { istio: { version: '1.30.7' } })).toMatch(
    /1\. istioctl install -f \S+\/istio\/istio-operator\.yaml, or helm upgrade [^\n]*\n {2}2\. kubectl apply/,
  );
  expect(synthesize(['shop'], { istio: { version: '1.30.7' }, csiDriver: { version: '0.2.12' } })).toBe('');
  expect(readFileSync(join(outdir, 'istio/istio-operator.yaml'), 'utf8')).toContain('csi-driver=0.2.12');
});

test('what cannot be read says nothing, and is replaced', () => {
  synthesize(['shop']);
  writeFileSync(join(outdir, 'teleport/teleport.yaml'), 'kind: [\n');

  expect(synthesize(['shop'])).not.toContain('delete the workloads');
});

test('a fleet says it for each cluster', () => {
  const fleet = (...namespaces: readonly string[]) => {
    const made = new MeshFleet({ outdir, teleport: TeleportCluster.cloud('acme.teleport.sh') });
    made.addCluster('eu-1', { join: JOIN });
    for (const name of namespaces) made.addNamespace(name, { identity: 'exclusive' });
    return saidBy(() => made.synth());
  };
  fleet('shop');

  expect(fleet('shop', 'billing')).toContain(
    `1. tctl create -f ${outdir}/eu-1/teleport/teleport.yaml: pods in billing`,
  );
});
