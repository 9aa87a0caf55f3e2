import { Chart } from 'cdk8s';
import { loadAll } from 'js-yaml';
import {
  ClientAddress,
  ExternalService,
  GatewayPolicies,
  IngressGateway,
  KubernetesGateway,
  MeshApp,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../../../lib';
import { addObject } from '../../../lib/constructs/kubernetes/kubernetes-object';
import { nameObjects } from '../../../lib/constructs/kubernetes/object-labels';
import { SockShop, TestApp } from '../../../lib/demos';

interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // biome-ignore lint/suspicious/noExplicitAny: any kind of object
  readonly spec: any;
}

function objectsOf(app: MeshApp): readonly Written[] {
  return [...app.synthFiles()]
    .filter(([path]) => path.endsWith('.k8s.yaml'))
    .flatMap(([, text]) => loadAll(text) as Written[]);
}

function makeMesh(): { readonly app: MeshApp; readonly mesh: TeleportMesh } {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    istio: { ingressGateway: IngressGateway.of({ clientAddress: ClientAddress.ofConnection() }) },
    teleportResources: { kind: 'operator', namespace: 'teleport' },
  });
  return { app, mesh };
}

test('every object says who wrote it: workloads, routes, policies and objects for the operator of Teleport', () => {
  const { app, mesh } = makeMesh();
  new TestApp(app, 'test-app', { mesh });
  const shop = new SockShop(app, 'sock-shop', { mesh });
  new ExternalService(shop, 'payments', { hosts: ['api.example.com'], ports: [Port.https()] });
  const policies = new GatewayPolicies(new Chart(app, 'edge'), 'ingress', { mesh, gateway: mesh.ingressGateway });
  policies.neverFrom(['198.51.100.66']);

  const unlabelled = objectsOf(app)
    .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] !== 'cdk8s-teleport-istio')
    .map(({ kind }) => kind);
  expect(unlabelled).toEqual([]);
});

test('what Teleport selects identities by is not the label that every object has', () => {
  const { app, mesh } = makeMesh();
  new MeshNamespace(app, 'shop', { mesh });
  const role = objectsOf(app).find(({ kind }) => kind === 'TeleportRoleV7');

  expect(Object.keys(role?.spec.allow.workload_identity_labels)).toEqual(['workload-identity']);
});

test('what belongs to a service has its name, also the policy that is called otherwise', () => {
  const { app, mesh } = makeMesh();
  const shop = new MeshNamespace(app, 'shop', { mesh });
  const web = shop.addService('web', { image: 'web:1', ports: [Port.http(80)] });
  web.exposeThrough(mesh.ingressGateway);
  web.deny({ paths: ['/admin'] });

  const names = new Map(
    objectsOf(app).map(({ kind, metadata }) => [
      `${kind} ${metadata.name}`,
      metadata.labels?.['app.kubernetes.io/name'],
    ]),
  );
  for (const object of [
    'Deployment web',
    'Service web',
    'ServiceAccount web',
    'Gateway web',
    'VirtualService web',
    'AuthorizationPolicy web',
    'AuthorizationPolicy web-deny',
  ]) {
    expect([object, names.get(object)]).toEqual([object, 'web']);
  }
  expect(names.get('AuthorizationPolicy deny-by-default')).toBe('shop');
});

test('pods and selectors stay as they are: a new label there would replace every pod', () => {
  const { app, mesh } = makeMesh();
  const shop = new MeshNamespace(app, 'shop', { mesh });
  shop.addService('web', { image: 'web:1', ports: [Port.http(80)] });
  const deployment = objectsOf(app).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'web');

  expect(deployment?.spec.selector.matchLabels).toEqual({ app: 'web' });
  expect(Object.keys(deployment?.spec.template.metadata.labels)).toEqual(['app', 'sidecar.istio.io/inject']);
});

test.each<[string, object | undefined, object]>([
  ['nothing', undefined, {}],
  ['its own', { team: 'edge' }, { team: 'edge' }],
])('of the labels of a Gateway, istiod gives to the pods %s', (_, labels, expected) => {
  const { app, mesh } = makeMesh();
  new MeshNamespace(app, 'shop', { mesh });
  const { resource } = new KubernetesGateway(new Chart(app, 'edge'), 'edge', {
    name: 'edge',
    namespace: 'shop',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    ...(labels && { labels: labels as Record<string, string> }),
  });
  const { metadata, spec } = resource.toJson();

  expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio', ...labels });
  // Without the field istiod would copy those of the Gateway (istio/istio deploymentcontroller.go `extractInfrastructureMetadata`).
  expect(spec.infrastructure.labels).toEqual(expected);
});

test("a chart's labels go before ours, and an object's own before both", () => {
  const labels = { 'app.kubernetes.io/managed-by': 'platform-team', team: 'shop' };
  const chart = new Chart(new MeshApp(), 'chart', { labels });
  nameObjects(chart, 'from-context');
  const object = (id: string, own?: Record<string, string>) =>
    addObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id, ...(own && { labels: own }) } });

  expect(object('a').toJson().metadata.labels).toEqual({ ...labels, 'app.kubernetes.io/name': 'from-context' });
  expect(object('b', { team: 'own' }).toJson().metadata.labels).toMatchObject({ team: 'own' });
});
