import { ApiObject, Chart } from 'cdk8s';
import { MeshApp, MeshNamespace, type MeshNamespaceProps, MtlsMode } from '../../../lib';
import { addWeb, documentsIn, makeShop, written } from './shop-fixture';

test('is injected, and has no Pod Security level unless asked', () => {
  const { app } = makeShop({ labels: { team: 'socks' } });

  expect(written(app, '00-namespaces.k8s.yaml', 'Namespace', 'shop').metadata.labels).toEqual({
    'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio',
    'istio-injection': 'enabled',
    team: 'socks',
  });
});

test('can have a Pod Security level', () => {
  const { app } = makeShop({ podSecurity: 'privileged' });

  expect(written(app, '00-namespaces.k8s.yaml', 'Namespace', 'shop').metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'privileged',
    'pod-security.kubernetes.io/warn': 'privileged',
  });
});

test("is in Teleport's allow rule without being told twice, and under its own name", () => {
  const { app } = makeShop({ name: 'socks' });
  const [identity] = documentsIn(app, 'teleport/teleport.yaml');

  expect(JSON.stringify(identity.spec.rules.allow)).toContain('"socks"');
  expect(JSON.stringify(identity.spec.rules.allow)).not.toContain('"shop"');
});

test('takes mTLS only, and closes itself to all that nothing opens', () => {
  const { app } = makeShop();

  expect(documentsIn(app, 'shop-policies.k8s.yaml')).toEqual([
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: expect.objectContaining({ name: 'default', namespace: 'shop' }),
      spec: { mtls: { mode: 'STRICT' } },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: expect.objectContaining({ name: 'deny-by-default', namespace: 'shop' }),
      // ALLOW without rules: matches nothing, and with that denies.
      spec: {},
    },
  ]);
});

test('can take plain text as well', () => {
  const { app } = makeShop({ mtls: MtlsMode.PERMISSIVE });

  expect(written(app, 'shop-policies.k8s.yaml', 'PeerAuthentication', 'default').spec.mtls.mode).toBe('PERMISSIVE');
});

test('keeps policies out of the file of the workloads, which sorts after them', () => {
  const { app, shop } = makeShop();
  addWeb(shop, 'web');

  expect(documentsIn(app, 'shop.k8s.yaml').map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Service',
    'Deployment',
  ]);
  expect(['shop.k8s.yaml', 'shop-policies.k8s.yaml'].sort()[0]).toBe('shop-policies.k8s.yaml');
});

test('lets services have any name that Kubernetes takes', () => {
  const { app, shop } = makeShop();
  const names = ['mtls', 'deny', 'web', 'web-deny-all', 'web-mtls'];
  for (const name of names) addWeb(shop, name, { mtls: MtlsMode.PERMISSIVE }).deny();

  expect(() => app.synthFiles()).not.toThrow();
  expect(shop.services.map(({ name }) => name)).toEqual(names);
});

test('gives a service by its name, and lists those it has when asked for another', () => {
  const { shop } = makeShop();
  const web = addWeb(shop, 'web');
  addWeb(shop, 'api');

  expect(shop.service('web')).toBe(web);
  expect(() => shop.service('wep')).toThrow(
    '[shop] the namespace has no service with this name: "wep". Allowed: web, api.',
  );
});

test('its objects are there to be patched', () => {
  const { app, shop } = makeShop();
  shop.namespaceObject.metadata.addAnnotation('a', 'namespace');
  shop.peerAuthentication.resource.metadata.addAnnotation('a', 'mtls');
  shop.denyByDefault.resource.metadata.addAnnotation('a', 'deny');

  expect(written(app, '00-namespaces.k8s.yaml', 'Namespace', 'shop').metadata.annotations).toEqual({ a: 'namespace' });
  expect(documentsIn(app, 'shop-policies.k8s.yaml').map(({ metadata }) => metadata.annotations)).toEqual([
    { a: 'mtls' },
    { a: 'deny' },
  ]);
});

test('refuses a second service of a name', () => {
  const { shop } = makeShop();
  addWeb(shop, 'web');

  expect(() => addWeb(shop, 'web')).toThrow(/\[shop\] the namespace already has an object with this name: "web"/);
});

test('belongs to the app of its mesh: in another one each app would write half of it', () => {
  const { mesh } = makeShop();
  const other = new MeshApp();

  expect(() => new MeshNamespace(other, 'bank', { mesh })).toThrow(/\[bank\] its mesh, mesh, belongs to another app/);
  const stray = new ApiObject(new Chart(other, 'stray'), 'job', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'job', namespace: 'shop' },
    spec: { template: { spec: {} } },
  });
  expect(() => mesh.enroll(stray)).toThrow(/\[stray\/job\] its mesh, mesh, belongs to another app/);
});

test('refuses to be of no mesh', () => {
  expect(() => new MeshNamespace(new MeshApp(), 'shop', {} as MeshNamespaceProps)).toThrow(
    /^\[shop\] the namespace does not belong to a mesh\..*pass \{ mesh \}/,
  );
});
