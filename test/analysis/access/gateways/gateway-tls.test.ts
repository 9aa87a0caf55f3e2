import { type AccessRequest, explain, MeshModel } from '../../../../lib/access';
import { ask } from '../objects';
import { atEdge, gateway, HOST, istio, MESH } from '../routed-mesh';

const EDGE_HTTPS = { to: 'istio-system/istio-ingressgateway', port: 443, method: 'GET', path: '/' };

const server = (mode: string | undefined, protocol = 'HTTPS') => ({
  port: { number: 443, name: 'https', protocol },
  tls: { ...(mode && { mode }), credentialName: 'web' },
  hosts: [HOST],
});

function verdict(objects: readonly object[], request: Partial<AccessRequest> = {}) {
  return ask(MeshModel.from([...MESH, ...objects]), { from: 'outside', ...EDGE_HTTPS, ...request }).verdict;
}

const byPrincipal = atEdge({ rules: [{ from: [{ source: { principals: ['partner.example/ns/a/sa/b'] } }] }] });
const byName = atEdge({
  action: 'DENY',
  rules: [{ when: [{ key: 'connection.sni', values: ['admin.example.com'] }] }],
});

// With MUTUAL rules see the name in the client's certificate (envoyproxy/envoy api/envoy/config/rbac/v3/rbac.proto `Authenticated`).
test.each([
  ['SIMPLE', 'denied'],
  ['MUTUAL', 'depends'],
  ['OPTIONAL_MUTUAL', 'depends'],
])('a rule about principals behind a server with %s', (mode, expected) => {
  expect(verdict([gateway('istio-ingressgateway', [server(mode)]), byPrincipal])).toBe(expected);
});

test('an identity that is asked about is taken to be in the client certificate', () => {
  const objects = [gateway('istio-ingressgateway', [server('MUTUAL')]), byPrincipal];
  const from = 'spiffe://partner.example/ns/a/sa/b';
  const decision = ask(MeshModel.from([...MESH, ...objects]), { from, ...EDGE_HTTPS });

  expect(decision.verdict).toBe('allowed');
  expect(explain(decision).join('\n')).toContain('assumed: the caller presents its identity in the client certificate');
  expect(verdict([gateway('istio-ingressgateway', [server('SIMPLE')]), byPrincipal], { from })).toBe('denied');
});

test('a server for the mesh alone refuses who has no certificate of it', () => {
  expect(verdict([gateway('istio-ingressgateway', [server('ISTIO_MUTUAL')])])).toBe('denied');
});

test('TLS brings a server name, plain HTTP does not', () => {
  const plainHttp = { port: { number: 443, name: 'http', protocol: 'HTTP' }, hosts: [HOST] };

  expect(verdict([gateway('istio-ingressgateway', [server('SIMPLE')]), byName])).toBe('depends');
  expect(verdict([gateway('istio-ingressgateway', [plainHttp]), byName])).toBe('allowed');
});

test('TLS without a mode is passed on unread, so rules about HTTP see nothing', () => {
  const byPath = atEdge({ rules: [{ to: [{ operation: { paths: ['/'] } }] }] });
  const { method: _, path: __, ...bytes } = EDGE_HTTPS;
  const objects = [...MESH, gateway('istio-ingressgateway', [server(undefined)]), byPath];

  expect(ask(MeshModel.from(objects), { from: 'outside', ...bytes }).verdict).toBe('denied');
  expect(verdict([gateway('istio-ingressgateway', [server('SIMPLE')]), byPath])).toBe('allowed');
});

describe('a gateway that the mesh calls with ISTIO_MUTUAL', () => {
  const byWeb = atEdge({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] });
  const mutual = gateway('istio-ingressgateway', [server('ISTIO_MUTUAL')]);
  const rule = (spec: object) =>
    istio('DestinationRule', 'edge', { host: 'istio-ingressgateway.istio-system.svc.cluster.local', ...spec });
  const from = 'shop/web';

  test('sees the caller where a DestinationRule says so', () => {
    const tls = { trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } };

    expect(verdict([mutual, byWeb, rule(tls)], { from })).toBe('allowed');
    expect(verdict([mutual, byWeb], { from })).toBe('denied');
  });
});

describe('listeners of the Gateway API', () => {
  const api = (listener: object, spec: object = {}) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'istio-system' },
    spec: {
      gatewayClassName: 'istio',
      listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', ...listener }],
      ...spec,
    },
  });
  const certificates = { certificateRefs: [{ name: 'web' }] };
  const validation = { frontend: { default: { validation: { caCertificateRefs: [{ name: 'ca' }] } } } };
  const option = (mode: string) => ({
    tls: { ...certificates, options: { 'gateway.istio.io/tls-terminate-mode': mode } },
  });
  const principals = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'edge', namespace: 'istio-system' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
      rules: [{ from: [{ source: { principals: ['partner.example/ns/a/sa/b'] } }] }],
    },
  };

  // istio/istio pilot/pkg/config/kube/gateway/conversion.go `buildTLS`.
  test.each([
    ['certificates alone', api({ tls: certificates }), 'denied'],
    ['a validation for all ports', api({ tls: certificates }, { tls: validation }), 'depends'],
    ['Istio’s option', api(option('MUTUAL')), 'depends'],
    ['Istio’s option for no client certificate', api(option('ISTIO_SIMPLE'), { tls: validation }), 'denied'],
    [
      'a validation for another port',
      api({ tls: certificates }, { tls: { frontend: { perPort: [{ port: 8443, tls: { validation } }] } } }),
      'denied',
    ],
  ])('%s', (_, listener, expected) => {
    expect(verdict([listener, principals], { to: 'istio-system/edge-istio' })).toBe(expected);
  });
});
