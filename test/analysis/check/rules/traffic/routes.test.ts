import { checkFiles } from '../../../../../lib/check';

function found(rule: string, ...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule], complete: true }).map(
    ({ severity, pointer }) => `${severity} ${pointer}`,
  );
}

const istio = (kind: string, name: string, spec: string, namespace = 'shop') =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n`;
const pods = (name: string, labels = '', image = 'b') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template: {metadata: {labels: {app: ${name}${labels}}}, spec: {containers: [{name: a, image: "${image}"}]}}
`;
const service = (name: string, ports: string, app = name) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {app: ${app}}, ports: [${ports}]}\n`;
const namespace = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}}\n`;
const ON = namespace('istio-injection: enabled');
const server = (hosts: string, port = 'number: 80, name: http, protocol: HTTP', tls = '') =>
  `{port: {${port}}, hosts: [${hosts}]${tls === '' ? '' : `, tls: {${tls}}`}}`;
const gateway = (servers: string, name = 'edge', selector = 'app: edge') =>
  istio('Gateway', name, `selector: {${selector}}, servers: [${servers}]`);
const routes = (gateways: string, hosts: string, to = 'host: web', of = 'shop') =>
  istio(
    'VirtualService',
    'web',
    `gateways: [${gateways}], hosts: [${hosts}], http: [{route: [{destination: {${to}}}]}]`,
    of,
  );

describe('the hosts of a VirtualService', () => {
  const ask = (offered: string, taken: string, of = 'shop') =>
    found('route-host-not-at-gateway', gateway(server(offered)), routes('shop/edge', taken, 'host: web', of)).length;

  test.each([
    ['a.example', 'a.example', 0],
    ['a.example', 'A.example', 0],
    ['"*.example"', 'a.example', 0],
    ['a.example', '"*.example"', 0],
    ['"*.b.example"', '"*.example"', 0],
    ['"*"', 'a.example', 0],
    ['a.example', 'b.example, a.example', 0],
    ['a.example', 'b.example', 1],
    ['"*.a.example"', 'a.example', 1],
    ['"./a.example"', 'a.example', 0],
    ['"other/a.example"', 'a.example', 1],
    ['"*/a.example"', 'a.example', 0],
    ['"{{ host }}"', 'a.example', 0],
  ])('%s and %s', (offered, taken, findings) => expect(ask(offered, taken)).toBe(findings));

  test('may be for other namespaces only', () => {
    expect(ask('"./a.example"', 'a.example', 'other')).toBe(1);
    expect(ask('"other/a.example"', 'a.example', 'other')).toBe(0);
  });
});

describe('the Gateway of a VirtualService', () => {
  test('exists', () => {
    const edge = gateway(server('a.example'));
    expect(found('route-gateway-missing', edge, routes('edge, mesh', 'a.example'))).toEqual([]);
    expect(found('route-gateway-missing', edge, routes('shop/edge', 'a.example', 'host: web', 'other'))).toEqual([]);
    expect(found('route-gateway-missing', edge, routes('edge', 'a.example', 'host: web', 'other'))).toHaveLength(1);
    expect(found('route-gateway-missing', edge, routes('edge.shop.svc.cluster.local', 'a.example'))).toEqual([]);
  });
});

describe('the pods of a Gateway', () => {
  test('are there, unless another program installs them', () => {
    const rule = 'gateway-selects-nothing';
    expect(found(rule, pods('edge'), gateway(server('a.example')))).toEqual([]);
    expect(found(rule, pods('web'), gateway(server('a.example')))).toHaveLength(1);
    const ingress = gateway(server('a.example'), 'edge', 'istio: ingressgateway');
    expect(found(rule, pods('web'), ingress)).toEqual([]);
    expect(found(rule, pods('web', ', istio: ingress'), ingress)).toHaveLength(1);
  });

  test('are reached by the ports of a Service', () => {
    const rule = 'gateway-port-not-on-service';
    const edge = [pods('edge'), service('edge', '{name: http, port: 80, targetPort: 8080}')];
    const on = (port: number) => gateway(server('a.example', `number: ${port}, name: http, protocol: HTTP`));
    expect(found(rule, ...edge, on(80), on(8080))).toEqual([]);
    expect(found(rule, ...edge, on(8443))).toEqual(['warning /spec/servers/0/port']);
    expect(found(rule, pods('edge'), on(8443))).toEqual([]);
  });

  test('do one thing with the TLS of a host', () => {
    const rule = 'gateway-tls-conflict';
    const https = 'number: 443, name: https, protocol: HTTPS';
    const simple = gateway(server('a.example', https, 'mode: SIMPLE, credentialName: a'));
    const other = (host: string, tls: string, port = https, selector?: string) =>
      gateway(server(host, port, tls), 'other', selector);
    expect(found(rule, simple, other('a.example', 'mode: MUTUAL, credentialName: a'))).toHaveLength(1);
    expect(found(rule, simple, other('"*/a.example"', 'mode: SIMPLE, credentialName: b'))).toHaveLength(1);
    expect(found(rule, simple, other('a.example', 'mode: SIMPLE, credentialName: a'))).toEqual([]);
    expect(found(rule, simple, other('b.example', 'mode: MUTUAL, credentialName: a'))).toEqual([]);
    const elsewhere = 'number: 8443, name: https, protocol: HTTPS';
    expect(found(rule, simple, other('a.example', 'mode: MUTUAL, credentialName: a', elsewhere))).toEqual([]);
    expect(found(rule, simple, other('a.example', 'mode: MUTUAL, credentialName: a', https, 'app: b'))).toEqual([]);
  });
});

describe('the certificate of a gateway', () => {
  const rule = 'gateway-credential-elsewhere';
  const edge = (name: string, namespace: string) =>
    pods('edge')
      .replace('namespace: shop', `namespace: ${namespace}`)
      .replace('labels: {app: edge}}', 'labels: {app: edge}, annotations: {inject.istio.io/templates: gateway}}')
      .replace('name: edge', `name: ${name}`);
  const https = gateway(
    server('a.example', 'number: 443, name: https, protocol: HTTPS', 'mode: SIMPLE, credentialName: a'),
  );
  const secret = (name: string, of: string) =>
    `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: ${of}}\n`;
  const certificate = (name: string, of: string) =>
    `apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: b, namespace: ${of}}\nspec: {secretName: ${name}}\n`;

  test('is in the namespace of its pods', () => {
    const ingress = edge('edge', 'ingress');
    expect(found(rule, ingress, https, secret('a', 'shop'))).toEqual(['error /spec/servers/0/tls']);
    expect(found(rule, ingress, https, certificate('a', 'shop'))).toHaveLength(1);
    expect(found(rule, ingress, https, secret('a', 'ingress'))).toEqual([]);
    expect(found(rule, ingress, https, secret('a', 'shop'), certificate('a', 'ingress'))).toEqual([]);
  });

  test('may be elsewhere', () => {
    expect(found(rule, edge('edge', 'ingress'), https, secret('b', 'shop'))).toEqual([]);
    expect(found(rule, https, secret('a', 'shop'))).toEqual([]);
    expect(found(rule, edge('edge', 'ingress'), edge('edge-2', 'shop'), https, secret('a', 'shop'))).toEqual([]);
  });
});

describe('a route by claims', () => {
  const claims = istio(
    'VirtualService',
    'web',
    'gateways: [edge], hosts: [a.example], http: [{match: [{headers: {"@request.auth.claims.a": {exact: b}}}], route: [{destination: {host: web}}]}]',
  );
  const tokens = (app: string) =>
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: ${app}}}, jwtRules: [{issuer: a}]}\n`;

  test('needs a RequestAuthentication for the gateway', () => {
    const edge = [pods('edge'), gateway(server('a.example')), claims];
    expect(found('claim-route-without-jwt', ...edge)).toHaveLength(1);
    expect(found('claim-route-without-jwt', ...edge, tokens('edge'))).toEqual([]);
    expect(found('claim-route-without-jwt', ...edge, tokens('web'))).toHaveLength(1);
  });
});

describe('where settings and routes lead', () => {
  const WEB = [pods('web', ', version: v1'), service('web', '{name: http, port: 80}')];
  const rule = (host: string, subsets = '', of = 'shop') =>
    istio('DestinationRule', 'web', `host: ${host}, subsets: [${subsets}]`, of);

  test.each([
    ['web', 'shop', 0],
    ['web', 'other', 1],
    ['web.shop.svc.cluster.local', 'other', 0],
    ['api.stripe.com', 'shop', 0],
    ['"*.shop.svc.cluster.local"', 'shop', 0],
  ])('host %s in namespace %s', (host, of, findings) =>
    expect(found('destination-host-unknown', ...WEB, rule(host, '', of))).toHaveLength(findings),
  );

  test('a route is for a subset that exists', () => {
    const v1 = '{name: v1, labels: {version: v1}}';
    const to = (subset: string) => routes('edge', 'a.example', `host: web, subset: ${subset}`);
    expect(found('subset-undefined', ...WEB, rule('web', v1), to('v1'))).toEqual([]);
    expect(found('subset-undefined', ...WEB, rule('web', v1), to('v2'))).toHaveLength(1);
    expect(found('subset-undefined', ...WEB, to('v2'))).toEqual([]);
    expect(found('subset-undefined', ...WEB, rule('"*.shop.svc.cluster.local"', v1), to('v1'))).toEqual([]);
  });

  test('a subset has pods', () => {
    expect(found('subset-selects-nothing', ...WEB, rule('web', '{name: a, labels: {version: v1}}, {name: b}'))).toEqual(
      [],
    );
    expect(found('subset-selects-nothing', ...WEB, rule('web', '{name: b, labels: {version: v2}}'))).toHaveLength(1);
  });
});

describe('mutual TLS with a server', () => {
  const mutual = (host: string) =>
    istio('DestinationRule', 'web', `host: ${host}, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}`);
  const WEB = [pods('web'), service('web', '{name: http, port: 80}')];
  const rule = 'destinationrule-mutual-to-plain';
  const external = (location: string) =>
    istio(
      'ServiceEntry',
      'bank',
      `hosts: [bank.example], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS${location}`,
    );

  test('needs a proxy there', () => {
    expect(found(rule, ON, ...WEB, mutual('web'))).toEqual([]);
    expect(found(rule, namespace('team: a'), ...WEB, mutual('web'))).toEqual(['error /spec/trafficPolicy/tls/mode']);
    expect(found(rule, namespace('team: a'), ...WEB, mutual('"*.local"'))).toEqual([]);
  });

  test('needs it on the port', () => {
    const disabled =
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {mtls: {mode: DISABLE}}\n';
    expect(found(rule, ON, ...WEB, disabled, mutual('web'))).toHaveLength(1);
  });

  test('is for hosts of the mesh', () => {
    expect(found(rule, external(''), mutual('bank.example'))).toEqual(['warning /spec/trafficPolicy/tls/mode']);
    expect(found(rule, external(', location: MESH_INTERNAL'), mutual('bank.example'))).toEqual([]);
  });
});

describe('the protocol of a port', () => {
  test('of a database is not HTTP', () => {
    const db = (port: string, image = 'mysql:8') => [ON, pods('db', '', image), service('db', port)];
    expect(found('server-first-http', ...db('{name: http-db, port: 3306}'))).toHaveLength(1);
    expect(found('server-first-http', ...db('{name: mysql, port: 3306}'))).toEqual([]);
    expect(found('server-first-http', ...db('{name: http, port: 80}', 'nginx:1'))).toEqual([]);
    expect(found('server-first-http', ...db('{name: http, port: 80}, {name: mysql, port: 3306}'))).toEqual([]);
  });

  test('is the same in all Services', () => {
    const web = [ON, pods('web'), service('web', '{name: http, port: 80, targetPort: 8080}')];
    const other = (port: string) => service('other', port, 'web');
    expect(found('port-protocols-differ', ...web, other('{name: https, port: 443, targetPort: 8080}'))).toHaveLength(1);
    expect(found('port-protocols-differ', ...web, other('{name: https, port: 443, targetPort: 8443}'))).toEqual([]);
    expect(found('port-protocols-differ', ...web, other('{name: grpc, port: 443, targetPort: 8080}'))).toEqual([]);
    expect(found('port-protocols-differ', ...web, other('{name: any, port: 443, targetPort: 8080}'))).toEqual([]);
  });
});

describe('a patch of an EnvoyFilter', () => {
  const filter = (applyTo: string, operation: string, name: string) =>
    istio(
      'EnvoyFilter',
      'a',
      `configPatches: [{applyTo: ${applyTo}, match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: ${name}}}}}}, patch: {operation: ${operation}, value: {name: a}}}]`,
    ).replace('networking.istio.io/v1\n', 'networking.istio.io/v1alpha3\n');

  test.each([
    ['REMOVE', 'envoy.filters.http.rbac', 1],
    ['REPLACE', 'envoy.filters.http.jwt_authn', 1],
    ['INSERT_BEFORE', 'envoy.filters.http.rbac', 0],
    ['REMOVE', 'envoy.filters.http.fault', 0],
  ])('%s of %s', (operation, name, findings) =>
    expect(found('envoy-filter-removes-security', filter('HTTP_FILTER', operation, name))).toHaveLength(findings),
  );

  test.each([
    ['ROUTE_CONFIGURATION', 'REMOVE', 1],
    ['ROUTE_CONFIGURATION', 'MERGE', 0],
    ['HTTP_ROUTE', 'REPLACE', 1],
    ['HTTP_ROUTE', 'REMOVE', 0],
    ['CLUSTER', 'REPLACE', 1],
    ['HTTP_FILTER', 'REPLACE', 0],
  ])('%s %s', (applyTo, operation, findings) =>
    expect(found('envoy-filter-without-effect', filter(applyTo, operation, 'a'))).toHaveLength(findings),
  );
});
