import { ApiObject, Chart } from 'cdk8s';
import { Deployment, ServiceAccount } from 'cdk8s-plus-28';
import { addWeb, makeShop, written } from '../mesh/shop-fixture';

function raw(scope: Chart, name: string, options: { namespace?: string; metadata?: object; spec?: object } = {}) {
  const { namespace = 'shop', metadata, spec = {} } = options;
  return new ApiObject(scope, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { template: { ...(metadata && { metadata }), spec: { containers: [], ...spec } } },
  });
}

test('a workload gets what it lacks: a ServiceAccount without a token, the label and the templates', () => {
  const { app, mesh, shop } = makeShop();
  const enrolled = mesh.enroll(raw(shop, 'batch', { metadata: { labels: { app: 'batch' } } }));

  expect(written(app, 'shop.k8s.yaml', 'ServiceAccount', 'batch')).toMatchObject({
    metadata: { namespace: 'shop' },
    automountServiceAccountToken: false,
  });
  expect(written(app, 'shop.k8s.yaml', 'Deployment', 'batch').spec.template).toMatchObject({
    metadata: {
      labels: { app: 'batch', 'sidecar.istio.io/inject': 'true' },
      annotations: { 'inject.istio.io/templates': 'sidecar,spire' },
    },
    spec: { serviceAccountName: 'batch' },
  });
  expect(enrolled.identity.toString()).toBe('spiffe://acme.teleport.sh/ns/shop/sa/batch');
});

test('a workload keeps the ServiceAccount it has, and none is made', () => {
  const { app, mesh, shop } = makeShop();
  const enrolled = mesh.enroll(raw(shop, 'batch', { spec: { serviceAccountName: 'jobs' } }));

  expect(enrolled.serviceAccount).toBeUndefined();
  expect(enrolled.identity.toString()).toMatch(/\/sa\/jobs$/);
  expect(written(app, 'shop.k8s.yaml', 'ServiceAccount', 'jobs')).toBeUndefined();
});

test('a ServiceAccount that is said wins over the one the workload has', () => {
  const { app, mesh, shop } = makeShop();
  mesh.enroll(raw(shop, 'batch', { spec: { serviceAccountName: 'jobs' } }), { serviceAccountName: 'other' });

  expect(written(app, 'shop.k8s.yaml', 'Deployment', 'batch').spec.template.spec.serviceAccountName).toBe('other');
});

describe('the account "default", which every pod without one shares, is refused', () => {
  const message = /every pod without its own ServiceAccount runs as "default".*remove serviceAccountName/;

  test('when it is asked for', () => {
    const { shop } = makeShop();
    expect(() => addWeb(shop, 'web', { serviceAccountName: 'default' })).toThrow(message);
  });

  test('when the workload has it', () => {
    const { mesh, shop } = makeShop();
    expect(() => mesh.enroll(raw(shop, 'batch', { spec: { serviceAccountName: 'default' } }))).toThrow(message);
  });

  test('when the workload is called so', () => {
    const { mesh, shop } = makeShop();
    expect(() => mesh.enroll(raw(shop, 'default'))).toThrow(message);
  });
});

describe('two workloads with one ServiceAccount', () => {
  test('are refused: policies could not tell them apart', () => {
    const { shop } = makeShop();
    addWeb(shop, 'web');

    expect(() => addWeb(shop, 'api', { serviceAccountName: 'web' })).toThrow(
      /\[shop\/api\] shop\/web has the same identity: "spiffe:\/\/acme\.teleport\.sh\/ns\/shop\/sa\/web"\..*shareIdentity: true/,
    );
  });

  test.each([
    [true, false],
    [false, true],
  ])('are refused while only one of them says so (%s, %s)', (first, second) => {
    const { shop } = makeShop();
    addWeb(shop, 'web', { shareIdentity: first });

    expect(() => addWeb(shop, 'api', { serviceAccountName: 'web', shareIdentity: second })).toThrow(
      /the same identity/,
    );
  });

  test('are allowed when both say so', () => {
    const { shop } = makeShop();
    const web = addWeb(shop, 'web', { shareIdentity: true });
    const api = addWeb(shop, 'api', { serviceAccountName: 'web', shareIdentity: true });
    addWeb(shop, 'admin', { serviceAccountName: 'web', shareIdentity: true });

    expect(api.identity.equals(web.identity)).toBe(true);
  });

  test('are two if their namespaces are', () => {
    const { mesh, shop } = makeShop();
    addWeb(shop, 'web');
    const elsewhere = raw(shop, 'other', { namespace: 'elsewhere' });

    expect(() => mesh.enroll(elsewhere, { serviceAccountName: 'web' })).not.toThrow();
  });
});

test.each([
  [
    'in a namespace that istiod skips',
    { namespace: 'kube-system' },
    {},
    /istiod never injects proxies into this namespace/,
  ],
  ['on the host network', {}, { hostNetwork: true }, /pods on the host network get no sidecar: true/],
])('a workload %s gets no sidecar, and so is refused', (_where, options, spec, message) => {
  const { mesh, shop } = makeShop();

  expect(() => mesh.enroll(raw(shop, 'batch', { ...options, spec }))).toThrow(message);
});

test('a workload that names other templates is refused', () => {
  const { mesh, shop } = makeShop();
  const annotations = { 'inject.istio.io/templates': 'sidecar' };

  expect(() => mesh.enroll(raw(shop, 'batch', { metadata: { annotations } }))).toThrow(
    /names other templates.*"sidecar"\. Allowed: sidecar,spire/,
  );
});

test('a workload that does not say its namespace is refused', () => {
  const { app, mesh } = makeShop();
  const worker = new Deployment(new Chart(app, 'plain'), 'worker', { containers: [{ image: 'worker:1.0.0' }] });

  expect(() => mesh.enroll(worker)).toThrow(/\[plain\/worker\] the workload has no namespace/);
});

test('a cdk8s-plus workload with an account of its own keeps it', () => {
  const { mesh, shop } = makeShop();
  const account = ServiceAccount.fromServiceAccountName(shop, 'account', 'own');
  const worker = new Deployment(shop, 'worker', {
    metadata: { name: 'worker', namespace: 'shop' },
    serviceAccount: account,
    containers: [{ image: 'ghcr.io/acme/worker:1.0.0' }],
  });

  expect(mesh.enroll(worker).serviceAccountName).toBe('own');
});

test('a workload is enrolled once: whoever does so again is led to what the first call returned', () => {
  const { mesh, shop } = makeShop();
  const batch = raw(shop, 'batch');
  mesh.enroll(batch);

  expect(() => mesh.enroll(batch)).toThrow(
    /^\[shop\/batch\] the workload is already enrolled: "spiffe:.*Fix: use what the first call returned; MeshService\.from also enrolls/,
  );
});
