import { IngressGateway, Port } from '../../../lib';
import { addWeb, makeShop, principal, written } from '../mesh/shop-fixture';

const GATEWAY = principal('istio-ingressgateway-service-account', 'istio-system');

test("lets the gateway's identity in, to the port the pod listens on", () => {
  const { app, mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway);

  expect(written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'web').spec).toEqual({
    selector: { matchLabels: { app: 'web' } },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals: [GATEWAY] } }], to: [{ operation: { ports: ['8080'] } }] }],
  });
});

test("routes every host from the gateway's pods to the Service", () => {
  const { app, mesh, shop } = makeShop();
  const route = addWeb(shop, 'web').exposeThrough(mesh.ingressGateway);
  route.virtualService.metadata.addAnnotation('patched', 'yes');

  expect(written(app, 'shop.k8s.yaml', 'Gateway', 'web').spec).toEqual({
    selector: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    servers: [{ hosts: ['*'], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
  });
  expect(written(app, 'shop.k8s.yaml', 'VirtualService', 'web')).toMatchObject({
    metadata: { namespace: 'shop', annotations: { patched: 'yes' } },
    spec: {
      gateways: ['web'],
      hosts: ['*'],
      http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local', port: { number: 80 } } }] }],
    },
  });
});

test('takes HTTPS with a certificate for the public, on hosts that are named once', () => {
  const { app, mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { hosts: ['shop.example'], tlsSecret: 'shop-tls' });

  expect(written(app, 'shop.k8s.yaml', 'Gateway', 'web').spec.servers).toEqual([
    {
      hosts: ['shop.example'],
      port: { name: 'https', number: 443, protocol: 'HTTPS' },
      tls: { mode: 'SIMPLE', credentialName: 'shop-tls' },
    },
    {
      hosts: ['shop.example'],
      port: { name: 'http', number: 80, protocol: 'HTTP' },
      tls: { httpsRedirect: true },
    },
  ]);
  expect(written(app, 'shop.k8s.yaml', 'VirtualService', 'web').spec.hosts).toEqual(['shop.example']);
});

test('refuses a certificate from a Secret that no Secret can be', () => {
  const { mesh, shop } = makeShop();
  expect(() => addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { tlsSecret: 'shop tls' })).toThrow(
    /\[shop\/web\] not a valid object name: "shop tls"/,
  );
});

test('narrows what the gateway may ask for, in as many ways as needed', () => {
  const { app, mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, {
    requests: [{ methods: ['POST'], paths: ['/orders'] }, { methods: ['GET'] }],
  });

  const { rules } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'web').spec;
  expect(rules.map(({ to }: { to: unknown }) => to)).toEqual([
    [{ operation: { methods: ['GET'], ports: ['8080'] } }],
    [{ operation: { methods: ['POST'], paths: ['/orders'], ports: ['8080'] } }],
  ]);
});

test('opens the routed port only', () => {
  const { app, mesh, shop } = makeShop();
  const ports = [Port.redis(), Port.http(80, { targetPort: 8080 }), Port.http(9090, { suffix: 'admin' })];
  const service = shop.addService('web', { image: 'ghcr.io/acme/web:1.0.0', ports });
  const { port } = service.exposeThrough(mesh.ingressGateway, { port: 9090, requests: [{ methods: ['GET'] }] });

  expect(port.number).toBe(9090);
  const { rules } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'web').spec;
  expect(rules[0].to).toEqual([{ operation: { methods: ['GET'], ports: ['9090'] } }]);
});

test('knows the gateway by its own ServiceAccount', () => {
  const gateway = IngressGateway.helmRelease({ release: 'edge', namespace: 'ingress' });
  const { app, mesh, shop } = makeShop({}, { istio: { version: '1.31', ingressGateway: gateway } });
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway);

  const { rules } = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'web').spec;
  expect(rules[0].from[0].source.principals).toEqual([principal('edge', 'ingress')]);
});

test('refuses a service without such an HTTP port', () => {
  const { mesh, shop } = makeShop();
  const db = shop.addService('db', { image: 'mysql:8.4.5', ports: [Port.mysql()] });

  expect(() => db.exposeThrough(mesh.ingressGateway)).toThrow(
    /\[shop\/db\].*does not have this HTTP port: "mysql 3306"\. Allowed: a service with.*Fix: declare the port as HTTP if it is HTTP: Port\.http/,
  );
  expect(() => addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { port: 8080 })).toThrow(
    /\[shop\/web\].*does not have this HTTP port: 8080\. Allowed: http 80 -> 8080/,
  );
});

test('refuses a gateway that has no port to come in by', () => {
  const gateway = IngressGateway.of({ ports: [{ name: 'https', port: 443, targetPort: 8443 }] });
  const { mesh, shop } = makeShop({}, { istio: { version: '1.31', ingressGateway: gateway } });

  expect(() => addWeb(shop, 'web').exposeThrough(mesh.ingressGateway)).toThrow(
    /\[shop\/web\] the gateway istio-system\/istio-ingressgateway has no port 80: \[443\]/,
  );
  expect(() => addWeb(shop, 'safe').exposeThrough(mesh.ingressGateway, { tlsSecret: 'tls' })).not.toThrow();
});

test('refuses to expose a service twice', () => {
  const { mesh, shop } = makeShop();
  const web = addWeb(shop, 'web');
  web.exposeThrough(mesh.ingressGateway);

  expect(() => web.exposeThrough(mesh.ingressGateway, { hosts: ['b.example'] })).toThrow(
    /\[shop\/web\] the service is already exposed through a gateway.*pass all hosts and requests in one call/,
  );
});

test.each([
  ['by choice', true, undefined],
  ['without a port 80', undefined, [{ name: 'https', port: 443, targetPort: 8443 }]],
])('leaves plain HTTP unanswered %s', (_, chosen, ports) => {
  const ingressGateway = IngressGateway.of(ports === undefined ? {} : { ports });
  const { app, mesh, shop } = makeShop({}, { istio: { version: '1.31', ingressGateway } });
  const options = { hosts: ['shop.example'], tlsSecret: 'shop-tls' } as const;
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { ...options, ...(chosen && { redirectHttp: false }) });
  const { servers } = written(app, 'shop.k8s.yaml', 'Gateway', 'web').spec;
  expect(servers.map((server: { port: { number: number } }) => server.port.number)).toEqual([443]);
});

test('refuses a redirect to HTTPS that is not there, and one from a port that is not there', () => {
  const ingressGateway = IngressGateway.of({ ports: [{ name: 'https', port: 443, targetPort: 8443 }] });
  const { mesh, shop } = makeShop({}, { istio: { version: '1.31', ingressGateway } });
  expect(() => addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { redirectHttp: true })).toThrow(
    /there is no HTTPS port to redirect clients to/,
  );
  const options = { tlsSecret: 'shop-tls', redirectHttp: true } as const;
  expect(() => addWeb(shop, 'api').exposeThrough(mesh.ingressGateway, options)).toThrow(/has no port 80/);
});

test('gives hosts certificates of their own', () => {
  const { app, mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, {
    certificates: [
      { hosts: ['shop.example'], secret: 'one' },
      { hosts: ['shop.example.org', 'www.example.org'], secret: 'two' },
    ],
  });
  const { servers } = written(app, 'shop.k8s.yaml', 'Gateway', 'web').spec;
  const hosts = ['shop.example', 'shop.example.org', 'www.example.org'];
  expect(servers).toEqual([
    expect.objectContaining({ hosts: ['shop.example'], tls: { mode: 'SIMPLE', credentialName: 'one' } }),
    expect.objectContaining({ hosts: hosts.slice(1), tls: { mode: 'SIMPLE', credentialName: 'two' } }),
    expect.objectContaining({ hosts, tls: { httpsRedirect: true } }),
  ]);
  const names = servers.map((server: { port: { name: string } }) => server.port.name);
  expect(new Set(names).size).toBe(names.length);
  expect(written(app, 'shop.k8s.yaml', 'VirtualService', 'web').spec.hosts).toEqual(hosts);
});

test('a redirect answers to its host at port 80, where another service cannot have it', () => {
  const { mesh, shop } = makeShop();
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, { hosts: ['shop.example'], tlsSecret: 'shop-tls' });
  expect(() => addWeb(shop, 'api').exposeThrough(mesh.ingressGateway, { hosts: ['shop.example'] })).toThrow(
    / already uses this host at the gateway: one of the two would never receive requests/,
  );
});
