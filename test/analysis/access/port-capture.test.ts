import { decide, MeshModel } from '../../../lib/access';

/** Two services of one namespace, one with annotations; callers speak mutual TLS to each other. */
const mesh = (annotations: Readonly<Record<string, string>>, more: readonly object[] = []) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
  ...['web', 'api'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: name === 'api' ? annotations : {} },
        spec: { containers: [{ name: 'app', image: 'example.com/app:1', ports: [{ containerPort: 8080 }] }] },
      },
    },
  })),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
  ...more,
];
const EXCLUDED = { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' };
const PLAIN = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { host: 'api', trafficPolicy: { tls: { mode: 'DISABLE' } } },
};
const verdict = (manifests: readonly object[], from: string) =>
  decide(MeshModel.from(manifests), { from, to: 'shop/api', method: 'GET', path: '/' }).verdict;

describe('a port that passes the proxy by', () => {
  it('is open to everybody who speaks plain text', () => {
    expect(verdict(mesh(EXCLUDED), 'outside')).toBe('allowed');
    expect(verdict(mesh(EXCLUDED, [PLAIN]), 'shop/web')).toBe('allowed');
  });

  it('cannot answer the mutual TLS that callers in the mesh send', () => {
    expect(verdict(mesh({}), 'shop/web')).toBe('allowed');
    expect(verdict(mesh(EXCLUDED), 'shop/web')).toBe('denied');
  });

  it('may be said for the whole mesh', () => {
    const operator = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'istio', namespace: 'istio-system' },
      spec: {
        meshConfig: { trustDomain: 'example.org' },
        values: { global: { proxy: { excludeInboundPorts: '8080' } } },
      },
    };
    const strict = {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: 'shop' },
      spec: { mtls: { mode: 'STRICT' } },
    };
    expect(verdict(mesh({}, [strict]), 'outside')).toBe('denied');
    expect(verdict(mesh({}, [strict, operator]), 'outside')).toBe('allowed');
  });
});
