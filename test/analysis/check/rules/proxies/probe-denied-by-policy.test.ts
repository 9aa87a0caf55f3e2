import { checkFiles } from '../../../../../lib/check';

const istio = (kind: string, spec: object) => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name: kind.toLowerCase(), namespace: 'shop' },
  spec,
});
const byIdentity = { from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] };
const allow = (...rules: readonly object[]) => istio('AuthorizationPolicy', { rules });
const HTTP = { httpGet: { path: '/health', port: 8080 } };

function found(
  probe: object,
  policies: readonly object[],
  { rewrite = 'false', port = 'http' } = {},
): readonly string[] {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'api',
      namespace: 'shop',
      labels: { app: 'api' },
      annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': rewrite },
    },
    spec: {
      containers: [{ name: 'api', image: 'api', ports: [{ name: 'app', containerPort: 8080 }], readinessProbe: probe }],
    },
  };
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    pod,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'shop' },
      spec: { selector: { app: 'api' }, ports: [{ name: port, port: 80, targetPort: 8080 }] },
    },
    ...policies,
  ];
  const text = objects.map((one) => JSON.stringify(one)).join('\n---\n');
  const rules = ['probe-denied-by-policy', 'probe-not-rewritten'];
  return checkFiles([{ file: 'a.yaml', text }], { rules }).map(({ rule }) => rule);
}

const token = istio('RequestAuthentication', { jwtRules: [{ issuer: 'a', jwksUri: 'https://a/keys' }] });
const needed = allow({ from: [{ source: { requestPrincipals: ['*'] } }] });

test.each<[string, object, readonly object[], number]>([
  ['who needs an identity', HTTP, [allow(byIdentity)], 1],
  ['by the name of the port', { httpGet: { path: 'health', port: 'app' } }, [allow(byIdentity)], 1],
  ['who needs a token', HTTP, [token, needed], 1],
  ['by gRPC', { grpc: { port: 8080 } }, [allow({ to: [{ operation: { methods: ['GET'] } }] })], 1],
  ['whose path is let in', HTTP, [allow(byIdentity, { to: [{ operation: { paths: ['/health'] } }] })], 0],
  ['whose method is let in', HTTP, [allow({ to: [{ operation: { methods: ['GET'] } }] })], 0],
  ['that only opens a connection', { tcpSocket: { port: 8080 } }, [allow(byIdentity)], 0],
  ['without policies', HTTP, [], 0],
])('a probe %s', (_, probe, policies, findings) => {
  expect(found(probe, policies)).toEqual(Array(findings).fill('probe-denied-by-policy'));
});

test('what the mTLS mode refuses is found once', () => {
  const strict = istio('PeerAuthentication', { mtls: { mode: 'STRICT' } });

  expect(found(HTTP, [strict, allow(byIdentity)])).toEqual(['probe-not-rewritten']);
});

test('a probe that the agent asks, and a port without HTTP, are left alone', () => {
  expect(found(HTTP, [allow(byIdentity)], { rewrite: 'true' })).toEqual([]);
  expect(found(HTTP, [allow(byIdentity)], { port: 'tcp-app' })).toEqual([]);
});
