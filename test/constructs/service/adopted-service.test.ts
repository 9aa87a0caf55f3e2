import { Deployment, Service, type ServicePort } from 'cdk8s-plus-28';
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
      /\[shop\/plus-service\] the name of port 7000 does not say its protocol.*Allowed: http, http2, .*grpc-web.*service\.bind\(7000/,
    );
  },
);

test('a port without a name is refused', () => {
  const { shop } = makeShop();
  const { deployment, service } = plusObjects(shop, [{ port: 7000 }]);

  expect(() => MeshService.from(shop, deployment, service)).toThrow(
    /the name of port 7000 does not say its protocol.*: ""/,
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
