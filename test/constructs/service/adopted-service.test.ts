import { ApiObject } from 'cdk8s';
import { Deployment, k8s, Service, type ServicePort } from 'cdk8s-plus-28';
import { type MeshNamespace, MeshService, MtlsMode } from '../../../lib';
import { addWeb, makeShop, principal, written } from '../mesh/shop-fixture';

/** What somebody with cdk8s-plus has already. */
function plusObjects(
  shop: MeshNamespace,
  ports: ServicePort[],
  options: { namespace?: string; clusterIP?: string } = {},
) {
  const { namespace = shop.name, ...serviceOptions } = options;
  const labels = { tier: 'web' };
  const deployment = new Deployment(shop, 'plus', {
    metadata: { name: 'plus', namespace },
    podMetadata: { labels },
    containers: [{ image: 'ghcr.io/acme/plus:1.0.0', portNumber: 8080 }],
  });
  const service = new Service(shop, 'plus-service', {
    metadata: { name: 'plus-svc', namespace: shop.name },
    selector: deployment,
    ports,
    ...serviceOptions,
  });
  return { deployment, service };
}

const HTTP: ServicePort = { name: 'http', port: 80, targetPort: 8080 };

test('cdk8s-plus objects become a service: enrolled, named after the Service, protected at the target port', () => {
  const { app, shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [HTTP]);
  const plus = MeshService.from(shop, deployment, service);
  addWeb(shop, 'web').calls(plus, { methods: ['GET'] });
  plus.calls(addWeb(shop, 'api'));

  expect(plus.host).toBe('plus-svc.shop.svc.cluster.local');
  expect(shop.service('plus-svc')).toBe(plus);
  const pod = written(app, 'shop.k8s.yaml', 'Deployment', 'plus').spec.template;
  expect(pod.metadata.annotations).toEqual({ 'inject.istio.io/templates': 'sidecar,spire' });
  expect(pod.spec.serviceAccountName).toBe('plus');

  const { spec } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'plus-svc');
  expect(pod.metadata.labels).toMatchObject(spec.selector.matchLabels);
  expect(spec.rules[0]).toEqual({
    from: [{ source: { principals: [principal('web')] } }],
    to: [{ operation: { methods: ['GET'], ports: ['8080'] } }],
  });
  const api = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'api');
  expect(api.spec.rules[0].from).toEqual([{ source: { principals: [principal('plus')] } }]);
});

test('a container port that is not named is that of the Service', () => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [{ name: 'http', port: 80 }]);

  expect(MeshService.from(shop, deployment, service).ports.map(String)).toEqual(['http 80']);
});

test.each([
  ['http', 'http'],
  ['http-admin', 'http'],
  ['http2', 'http'],
  ['grpc', 'http'],
  ['grpc-web', 'http'],
  ['grpc-web-ui', 'http'],
  ['https', 'tcp'],
  ['tls-db', 'tcp'],
  ['mysql', 'tcp'],
  ['mongo-db', 'tcp'],
  ['redis', 'tcp'],
  ['tcp-amqp', 'tcp'],
])('a port named %s is one where Istio sees %s', (name, kind) => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [{ name, port: 7000 }]);

  expect(MeshService.from(shop, deployment, service).ports).toMatchObject([{ name, kind, number: 7000 }]);
});

// Istio takes each of them for a protocol it does not know (istio/istio pkg/config/protocol/instance.go).
test.each(['web', 'amqp', 'postgres', 'mysqldb', 'httpx', 'grpcweb', 'toString'])(
  'a port named %s is refused, since Istio would guess its protocol',
  (name) => {
    const { shop } = makeShop();
    const { deployment, service } = plusObjects(shop, [{ name, port: 7000 }]);

    expect(() => MeshService.from(shop, deployment, service)).toThrow(
      /\[shop\/plus-service\] the name of port 7000 does not declare its protocol.*Allowed: http, http2, .*grpc-web.*name the port after its protocol/,
    );
  },
);

test('a port without a name is refused', () => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [{ port: 7000 }]);

  expect(() => MeshService.from(shop, deployment, service)).toThrow(
    /the name of port 7000 does not declare its protocol.*: ""/,
  );
});

test('an object in another namespace is refused: policies would not reach it', () => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [HTTP], { namespace: 'elsewhere' });

  expect(() => MeshService.from(shop, deployment, service)).toThrow(
    /\[shop\/plus\] the object is not in the namespace.*"elsewhere"\. Allowed: shop/,
  );
});

test('a headless Service is known as one', () => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [HTTP], { clusterIP: 'None' });

  expect(MeshService.from(shop, deployment, service).destinationRule).toBeDefined();
});

test('modes of its own reach its pods', () => {
  const { app, shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [HTTP]);
  MeshService.from(shop, deployment, service, { portMtls: { 80: MtlsMode.PERMISSIVE } });

  expect(written(app, 'shop-policies.k8s.yaml', 'PeerAuthentication', 'plus-svc').spec.portLevelMtls).toEqual({
    8080: { mode: 'PERMISSIVE' },
  });
});

describe('objects of any library', () => {
  const POD = {
    metadata: { labels: { app: 'raw' } },
    spec: {
      containers: [{ name: 'raw', image: 'ghcr.io/acme/raw:1.0.0', ports: [{ name: 'web', containerPort: 8080 }] }],
    },
  };
  const rawService = (shop: MeshNamespace, ports: readonly object[], selector: object | undefined = { app: 'raw' }) =>
    new ApiObject(shop, 'raw-service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'raw-svc', namespace: shop.name },
      spec: { ...(selector && { selector }), ports },
    });
  const rawDeployment = (shop: MeshNamespace) =>
    new ApiObject(shop, 'raw', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'raw', namespace: shop.name },
      spec: { selector: { matchLabels: { app: 'raw' } }, template: POD },
    });

  test('raw objects become a service that others can call, at the port that the container names', () => {
    const { app, shop } = makeShop();
    const ports = [{ name: 'api', appProtocol: 'http', port: 80, targetPort: 'web' }];
    addWeb(shop, 'web').calls(MeshService.from(shop, rawDeployment(shop), rawService(shop, ports)), {
      methods: ['GET'],
    });

    const { spec } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'raw-svc');
    expect(spec.selector.matchLabels).toEqual({ app: 'raw' });
    expect(spec.rules).toEqual([
      {
        from: [{ source: { principals: [principal('web')] } }],
        to: [{ operation: { methods: ['GET'], ports: ['8080'] } }],
      },
    ]);
    const pod = written(app, 'shop.k8s.yaml', 'Deployment', 'raw').spec.template;
    expect(pod.spec.serviceAccountName).toBe('raw');
  });

  test('classes of "cdk8s import k8s" do too', () => {
    const { app, shop } = makeShop();
    const metadata = { namespace: shop.name };
    const deployment = new k8s.KubeDeployment(shop, 'imported', {
      metadata: { ...metadata, name: 'imported' },
      spec: { selector: { matchLabels: { app: 'raw' } }, template: POD },
    });
    const service = new k8s.KubeService(shop, 'imported-service', {
      metadata: { ...metadata, name: 'imported' },
      spec: {
        selector: { app: 'raw' },
        ports: [{ name: 'grpc', port: 7000, targetPort: k8s.IntOrString.fromNumber(7001) }],
      },
    });

    const imported = MeshService.from(shop, deployment, service);
    expect(imported.ports.map(String)).toEqual(['grpc 7000 -> 7001']);
    expect(shop.service('imported')).toBe(imported);
    const pod = written(app, 'shop.k8s.yaml', 'Deployment', 'imported').spec.template;
    expect(pod.metadata.annotations).toEqual({ 'inject.istio.io/templates': 'sidecar,spire' });
    expect(pod.spec.serviceAccountName).toBe('imported');
  });

  test.each([
    ['http', 'http'],
    ['kubernetes.io/h2c', 'http'],
    ['kubernetes.io/wss', 'tcp'],
    ['mysql', 'tcp'],
  ])('appProtocol %s is what Istio sees as %s, whatever the name', (appProtocol, kind) => {
    const { shop } = makeShop();
    const service = rawService(shop, [{ name: 'x', appProtocol, port: 7000 }]);
    expect(MeshService.from(shop, rawDeployment(shop), service).ports).toMatchObject([{ kind, targetPort: 7000 }]);
  });

  test('ports of datagrams are not Istio’s', () => {
    const { shop } = makeShop();
    const service = rawService(shop, [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'tcp-dns', port: 53, protocol: 'TCP' },
    ]);
    expect(MeshService.from(shop, rawDeployment(shop), service).ports.map(String)).toEqual(['tcp-dns 53']);
  });

  test.each<[string, RegExp, (shop: MeshNamespace) => ApiObject]>([
    ['leads to other pods', /does not select the pods of raw/, (shop) => rawService(shop, [], { app: 'other' })],
    ['leads to no pods', /does not select the pods of raw/, (shop) => rawService(shop, [], {})],
    [
      'names no port of a container',
      /no container of raw has a port.*"admin".*Allowed: web/,
      (shop) => rawService(shop, [{ name: 'http', port: 80, targetPort: 'admin' }]),
    ],
    [
      'has an unknown appProtocol',
      /does not recognize the appProtocol of port 80: "amqp"/,
      (shop) => rawService(shop, [{ appProtocol: 'amqp', port: 80 }]),
    ],
    ['is not a Service', /the object is not a Service: "Deployment"/, rawDeployment],
  ])('a Service that %s is refused', (_, message, make) => {
    const { shop } = makeShop();
    const service = make(shop);
    const workload = service.kind === 'Deployment' ? service : rawDeployment(shop);
    expect(() => MeshService.from(shop, workload, service)).toThrow(message);
  });
});

test('the empty list of addresses that cdk8s-plus writes, and the API server drops, is taken out', () => {
  const { app, shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [HTTP]);
  MeshService.from(shop, deployment, service);

  expect(written(app, 'shop.k8s.yaml', 'Service', 'plus-svc').spec).not.toHaveProperty('externalIPs');
});
