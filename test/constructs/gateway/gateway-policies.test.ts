import { Chart } from 'cdk8s';
import {
  ClientAddress,
  ExternalAuthorizer,
  GatewayPolicies,
  IngressGateway,
  JwtIssuer,
  KubernetesGateway,
} from '../../../lib';
import { addWeb, documentsIn, makeShop, written } from '../mesh/shop-fixture';

function atGateway(clientAddress?: ClientAddress) {
  const ingressGateway = IngressGateway.of(clientAddress === undefined ? {} : { clientAddress });
  const made = makeShop({}, { istio: { version: '1.31', ingressGateway } });
  const chart = new Chart(made.app, 'edge');
  const { mesh } = made;
  return { ...made, chart, policies: new GatewayPolicies(chart, 'ingress', { mesh, gateway: mesh.ingressGateway }) };
}

const issuer = (name: string) =>
  JwtIssuer.of({ issuer: `https://${name}.example`, jwksUri: `https://${name}.example/keys`, audiences: ['api'] });
const opa = (name = 'opa') => ExternalAuthorizer.grpc({ name, service: 'opa.authz.svc.cluster.local', port: 9191 });

test('looks at HTTP ports of the pods only, because without ports a DENY closes TCP ports too', () => {
  const { app, policies } = atGateway();
  policies.requireToken({ issuers: [issuer('a')] });
  expect(written(app, 'edge.k8s.yaml', 'AuthorizationPolicy', 'istio-ingressgateway-require-token').spec).toEqual({
    selector: { matchLabels: { app: 'istio-ingressgateway', istio: 'ingressgateway' } },
    action: 'DENY',
    rules: [
      {
        from: [{ source: { notRequestPrincipals: ['https://a.example/*'] } }],
        to: [{ operation: { ports: ['8080', '8443'] } }],
      },
    ],
  });
});

test('verifies the tokens of every issuer that some requests need, each once', () => {
  const { app, policies } = atGateway();
  const [a, b] = [issuer('a'), issuer('b')];
  policies.requireToken({ issuers: [a], hosts: ['a.example.com'] });
  policies.requireToken({ issuers: [b, a], hosts: ['b.example.com'] });
  const { jwtRules } = written(app, 'edge.k8s.yaml', 'RequestAuthentication', 'istio-ingressgateway-tokens').spec;
  expect(jwtRules.map((rule: { issuer: string }) => rule.issuer)).toEqual(['https://a.example', 'https://b.example']);
  expect(documentsIn(app, 'edge.k8s.yaml').filter(({ kind }) => kind === 'RequestAuthentication')).toHaveLength(1);
});

test.each([
  ['*.example.com', /a wildcard cannot also match hosts with a port/],
  ['shop.example.com:443', /not a valid host name/],
])('refuses host %s, which clients could pass by', (host, message) => {
  const { policies } = atGateway();
  expect(() => policies.requireToken({ issuers: [issuer('a')], hosts: [host] })).toThrow(message);
});

test('refuses rules on addresses where the gateway does not know them', () => {
  const { policies } = atGateway();
  expect(() => policies.onlyFrom(['10.0.0.0/8'])).toThrow(/does not see client addresses/);
  expect(() => policies.neverFrom(['10.0.0.0/8'])).toThrow(/does not see client addresses/);
});

test('refuses what is not an address, and writes nothing of it', () => {
  const { app, policies } = atGateway(ClientAddress.ofConnection());
  expect(() => policies.neverFrom(['10.0.0.0/33'])).toThrow(/10\.0\.0\.0\/33/);
  policies.neverFrom(['10.0.0.1']);
  expect(
    written(app, 'edge.k8s.yaml', 'AuthorizationPolicy', 'istio-ingressgateway-addresses').spec.rules,
  ).toHaveLength(1);
});

test('asks one authorizer only, about all that it was named for', () => {
  const { app, policies } = atGateway();
  const authorizer = opa();
  policies.authorizeWith(authorizer, { hosts: ['a.example.com'] });
  policies.authorizeWith(authorizer, { hosts: ['b.example.com'] });
  expect(() => policies.authorizeWith(opa('other'))).toThrow(/already uses another authorizer/);
  const { rules } = written(app, 'edge.k8s.yaml', 'AuthorizationPolicy', 'istio-ingressgateway-authorizer').spec;
  expect(rules).toHaveLength(2);
  const operator = written(app, 'istio/istio-operator.yaml', 'IstioOperator', 'istio');
  expect(operator.spec.meshConfig.extensionProviders).toHaveLength(1);
});

test('keeps providers of the mesh configuration, and refuses a second one of the same name', () => {
  const { app, mesh } = makeShop(
    {},
    {
      istio: {
        version: '1.31',
        ingressGateway: true,
        meshConfig: { extensionProviders: [{ name: 'tracing', zipkin: { service: 'z.t.svc', port: 9411 } }] },
      },
    },
  );
  const policies = new GatewayPolicies(new Chart(app, 'edge'), 'at', { mesh, gateway: mesh.ingressGateway });
  expect(() => policies.authorizeWith(opa('tracing'))).toThrow(/two extension providers have the same name/);
  policies.authorizeWith(opa());
  const { extensionProviders } = written(app, 'istio/istio-operator.yaml', 'IstioOperator', 'istio').spec.meshConfig;
  expect(extensionProviders.map(({ name }: { name: string }) => name)).toEqual(['tracing', 'opa']);
});

test.each([
  [
    'a name that Istio refuses',
    { name: 'OPA' },
    /Istio does not accept this authorizer name, and would deny every request that the authorizer should decide/,
  ],
  ['a short host', { service: 'opa' }, /not the full host name of a service/],
  ['no time', { timeoutSeconds: 0 }, /not a valid timeout/],
  ['half a byte', { maxBodyBytes: 0.5 }, /not a valid number of bytes/],
  ['a port that is none', { port: 0 }, /not a valid port/],
])('refuses an authorizer with %s', (_, wrong, message) => {
  const right = { name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 };
  expect(() => ExternalAuthorizer.grpc({ ...right, ...wrong })).toThrow(message);
});

test('hands an HTTP authorizer the token, and what else it is to see', () => {
  const { extensionProvider } = ExternalAuthorizer.http({
    name: 'login',
    service: 'login.authz.svc.cluster.local',
    port: 4180,
    timeoutSeconds: 0.5,
    maxBodyBytes: 1024,
    pathPrefix: '/check',
    headersInCheck: ['cookie'],
    headersToService: ['x-user'],
    headersToClientOnDeny: ['location'],
  });
  expect(extensionProvider.envoyExtAuthzHttp).toEqual({
    service: 'login.authz.svc.cluster.local',
    port: 4180,
    timeout: '0.5s',
    failOpen: false,
    includeRequestBodyInCheck: { maxRequestBytes: 1024 },
    pathPrefix: '/check',
    includeRequestHeadersInCheck: ['authorization', 'cookie'],
    headersToUpstreamOnAllow: ['x-user'],
    headersToDownstreamOnDeny: ['location'],
  });
});

test('is attached to a gateway of the Gateway API, at the ports of its HTTP listeners', () => {
  const { app, mesh } = makeShop();
  const chart = new Chart(app, 'edge');
  const gateway = new KubernetesGateway(chart, 'public', {
    name: 'public',
    namespace: 'ingress',
    listeners: [
      { name: 'http', port: 80, protocol: 'HTTP' },
      { name: 'https', port: 443, protocol: 'HTTPS', tls: { mode: 'Terminate' } },
      { name: 'passed', port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } },
      { name: 'db', port: 5432, protocol: 'TCP' },
    ],
  });
  new GatewayPolicies(chart, 'at', { mesh, gateway }).requireToken({ issuers: [issuer('a')] });
  const { spec } = written(app, 'edge.k8s.yaml', 'AuthorizationPolicy', 'public-require-token');
  expect(spec.targetRefs).toEqual([{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }]);
  expect(spec.rules[0].to).toEqual([{ operation: { ports: ['80', '443'] } }]);
});

test('refuses a gateway without an HTTP port', () => {
  const gateway = IngressGateway.of({ ports: [{ name: 'tcp', port: 5432, targetPort: 5432 }] });
  const { app, mesh } = makeShop();
  const chart = new Chart(app, 'edge');
  expect(() => new GatewayPolicies(chart, 'at', { mesh, gateway })).toThrow(/no HTTP port/);
});

test('a gateway behind proxies trusts them by an annotation of its own pods', () => {
  const ingressGateway = IngressGateway.of({ clientAddress: ClientAddress.behindProxies(2) });
  const { app, shop, mesh } = makeShop({}, { istio: { version: '1.31', ingressGateway } });
  addWeb(shop, 'web').exposeThrough(mesh.ingressGateway);
  const [gateway] = written(app, 'istio/istio-operator.yaml', 'IstioOperator', 'istio').spec.components.ingressGateways;
  const config = '{"gatewayTopology":{"numTrustedProxies":2}}';
  expect(gateway.k8s.podAnnotations).toEqual({ 'proxy.istio.io/config': config });
  const [values] = documentsIn(app, 'istio/values-gateway.yaml');
  expect(values.podAnnotations).toMatchObject({
    'inject.istio.io/templates': expect.any(String),
    'proxy.istio.io/config': config,
  });
  expect(gateway.k8s.service.externalTrafficPolicy).toBeUndefined();
});

test.each([0, 1.5, -1])('refuses %p proxies', (count) => {
  expect(() => ClientAddress.behindProxies(count)).toThrow(/not a valid number of proxies/);
});

test('refuses the client of a connection where no connection comes from outside', () => {
  const clientAddress = ClientAddress.ofConnection();
  expect(() => IngressGateway.of({ serviceType: 'ClusterIP', clientAddress })).toThrow(/no externalTrafficPolicy/);
  const { app } = makeShop();
  const props = {
    name: 'public',
    namespace: 'ingress',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] as const,
  };
  expect(() => new KubernetesGateway(new Chart(app, 'edge'), 'public', { ...props, clientAddress })).toThrow(
    /parameters do not change that/,
  );
});
