import { Testing } from 'cdk8s';
import { ClientTls } from '../../../../lib/constructs/istio/traffic/client-tls';
import { DestinationRule } from '../../../../lib/constructs/istio/traffic/destination-rule';
import { SpiffeId } from '../../../../lib/upstream/spiffe/spiffe-id';
import { refusal } from '../refusal';

const host = 'cart.shop.svc.cluster.local';
const common = { name: 'cart', namespace: 'shop', host };

test('mTLS without identities leaves them to istiod', () => {
  expect(DestinationRule.manifest({ ...common, tls: ClientTls.istioMutual() })).toEqual({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { host, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
  });
});

test('identities keep their scheme here: they are compared with the certificate as they stand', () => {
  const id = SpiffeId.parse('spiffe://example.org/svc/cart');
  const { spec } = DestinationRule.manifest({ ...common, tls: ClientTls.istioMutual(id) });
  expect(spec.trafficPolicy.tls.subjectAltNames).toEqual(['spiffe://example.org/svc/cart']);
});

test('plain text and further traffic policy', () => {
  const chart = Testing.chart();
  const rule = new DestinationRule(chart, 'cart', {
    ...common,
    tls: ClientTls.plaintext(),
    exportTo: ['.'],
    trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } },
  });
  expect(rule.resource.toJson().spec).toEqual({
    host,
    exportTo: ['.'],
    trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } }, tls: { mode: 'DISABLE' } },
  });
});

test('TLS is said once', () => {
  // @ts-expect-error tls has a prop of its own
  DestinationRule.manifest({ ...common, tls: ClientTls.plaintext(), trafficPolicy: { tls: { mode: 'SIMPLE' } } });
});

test.each(['', 'https://a', 'a:80', 'a..b', 'a.*.b'])('the host %j is refused', (wrong) => {
  expect(refusal(() => DestinationRule.manifest({ ...common, host: wrong, tls: ClientTls.istioMutual() })).value).toBe(
    wrong,
  );
});

test.each(['*', '*.shop.svc.cluster.local', 'cart'])('the host %j passes', (right) => {
  DestinationRule.manifest({ ...common, host: right, tls: ClientTls.istioMutual() });
});
