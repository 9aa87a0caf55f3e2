import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import { MeshApp, MeshNamespace, Port, Principal, TeleportCluster, TeleportMesh } from '../../../lib';
import { addWeb } from '../mesh/shop-fixture';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'refused-calls-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function makeShop() {
  const app = new MeshApp({ outdir });
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    istio: { version: '1.31', ingressGateway: true },
  });
  const shop = new MeshNamespace(app, 'shop', { mesh });
  return { app, mesh, shop, frontEnd: addWeb(shop, 'front-end'), carts: addWeb(shop, 'carts') };
}

function ownPolicy(app: MeshApp, spec: object): void {
  new ApiObject(new Chart(app, 'own'), 'policy', {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'freeze', namespace: 'shop' },
    spec,
  });
}

/** The warnings of a synthesis, or the message it fails with. */
function outcome(app: MeshApp): { readonly error: string; readonly warnings: string } {
  const print = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  let error = '';
  try {
    app.synth();
  } catch (thrown) {
    error = String(thrown);
  }
  const warnings = print.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith('Warning: '));
  print.mockRestore();
  return { error, warnings: warnings.join('') };
}

test('calls that the output allows are nothing to speak of, whoever makes them', () => {
  const { app, mesh, shop, frontEnd, carts } = makeShop();
  const db = shop.addService('carts-db', { image: 'mongo:8.0.4', ports: [Port.mongo()] });
  frontEnd.calls(carts, { methods: ['GET', 'POST'], paths: ['/carts/{*}/items', '/carts*', '*.json'] });
  frontEnd.calls(carts, { hosts: ['carts', '*.shop.example'], ports: [80] });
  carts.calls(db);
  carts.allowFrom(Principal.anyInNamespace(carts.identity.trustDomain, 'elsewhere'), { paths: ['/health'] });
  frontEnd.exposeThrough(mesh.ingressGateway);

  expect(outcome(app)).toEqual({ error: '', warnings: '' });
});

test('a patch that takes away what a call gives stops the synthesis, with both constructs', () => {
  const { app, frontEnd, carts } = makeShop();
  frontEnd.calls(carts, { methods: ['GET'], paths: ['/carts*'] });
  carts.authorizationPolicy.addJsonPatch(JsonPatch.replace('/spec/rules/0/to/0/operation/methods', ['HEAD']));

  const { error } = outcome(app);
  expect(error).toContain('[shop/carts] declared-call-refused: acme.teleport.sh/ns/shop/sa/front-end was allowed');
  expect(error).toContain('cannot send GET /cartsx on port 80: ALLOW policies apply');
  expect(error).toContain('Fix: change [shop-policies/carts/allow]');
});

test('a DENY of the user’s own is a warning, as it may be meant', () => {
  const { app, frontEnd, carts } = makeShop();
  frontEnd.calls(carts, { paths: ['/carts', '/admin'] });
  ownPolicy(app, { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'], ports: ['8080'] } }] }] });

  const { error, warnings } = outcome(app);
  expect(error).toBe('');
  expect(warnings).toMatch(
    /^Warning: \[shop\/carts\] declared-call-refused: .* cannot send \/admin on port 80: DENY shop\/freeze, rule 1 denies it \(own\.k8s\.yaml:\d+\)\. Fix: change \[own\/policy\]/,
  );
});

test('what everybody may do is asked for a caller without identity', () => {
  const { app, carts } = makeShop();
  carts.allowWithoutIdentity({ ports: [80], paths: ['/metrics'] });
  expect(outcome(app)).toEqual({ error: '', warnings: '' });

  ownPolicy(app, { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] });
  expect(outcome(app).warnings).toContain(
    'everybody was allowed, but cannot send /metrics on port 80: DENY shop/freeze',
  );
});

test('what deny() refuses is refused on purpose', () => {
  const { app, frontEnd, carts } = makeShop();
  frontEnd.calls(carts, { paths: ['/carts', '/admin'] });
  carts.deny({ paths: ['/admin*'] });

  expect(outcome(app)).toEqual({ error: '', warnings: '' });
});

test('a connection that cannot be made is a warning', () => {
  const { app, frontEnd, carts } = makeShop();
  frontEnd.calls(carts);
  frontEnd.workload.addJsonPatch(JsonPatch.add('/spec/template/metadata/labels/sidecar.istio.io~1inject', 'false'));

  expect(outcome(app).warnings).toMatch(
    /\[shop\/carts\] declared-call-refused: .* the connection fails: .* plain text/,
  );
});
