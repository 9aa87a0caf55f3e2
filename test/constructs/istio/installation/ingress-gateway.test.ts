import { IngressGateway } from '../../../../lib/constructs/istio/installation/ingress-gateway';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { refusal } from '../refusal';

const trustDomain = TrustDomain.parse('example.org');

test('the gateway has the identity that istioctl gives it', () => {
  expect(IngressGateway.of().spiffeId(trustDomain).toString()).toBe(
    'spiffe://example.org/ns/istio-system/sa/istio-ingressgateway-service-account',
  );
});

test('a Helm release has the identity that the chart gives it', () => {
  const gateway = IngressGateway.helmRelease({ release: 'edge', namespace: 'gateways' });
  expect(gateway.spiffeId(trustDomain).principal).toBe('example.org/ns/gateways/sa/edge');
  expect(IngressGateway.helmRelease({ release: 'edge', serviceAccount: 'sa' }).serviceAccount).toBe('sa');
});

test('the labels are those of the gateway chart: "istio" lacks the prefix', () => {
  expect(IngressGateway.of().matchLabels).toEqual({ app: 'istio-ingressgateway', istio: 'ingressgateway' });
  expect(IngressGateway.of({ name: 'edge' }).matchLabels).toEqual({ app: 'edge', istio: 'edge' });
});

test('bad names, ports and replicas are refused', () => {
  expect(refusal(() => IngressGateway.of({ name: 'Edge' })).value).toBe('Edge');
  expect(refusal(() => IngressGateway.of({ namespace: 'a.b' })).value).toBe('a.b');
  expect(refusal(() => IngressGateway.of({ ports: [{ name: 'x', port: 80, targetPort: 0 }] })).value).toBe(0);
  expect(refusal(() => IngressGateway.of({ replicas: { min: 3, max: 2 } })).problem).toContain('range');
  expect(refusal(() => IngressGateway.of({ replicas: { min: 0, max: 2 } })).problem).toContain('range');
});
