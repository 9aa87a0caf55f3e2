import { Testing } from 'cdk8s';
import { GatewayParameters } from '../../../../lib/constructs/istio/installation/gateway-parameters';
import { KubernetesGateway } from '../../../../lib/constructs/istio/installation/kubernetes-gateway';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { WorkloadApiSocket } from '../../../../lib/upstream/spiffe/workload-api-socket';
import { refusal } from '../refusal';

const trustDomain = TrustDomain.parse('example.org');
const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }] as const;

function chartWithParameters() {
  const chart = Testing.chart();
  const socket = WorkloadApiSocket.csi();
  return { chart, parameters: new GatewayParameters(chart, 'socket', { name: 'socket', namespace: 'edge', socket }) };
}

test('a gateway refers to the ConfigMap that gives it the socket', () => {
  const { chart, parameters } = chartWithParameters();
  const props = { name: 'edge', namespace: 'edge', parameters, listeners } as const;
  const gateway = new KubernetesGateway(chart, 'edge', props);
  expect(gateway.resource.toJson()).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: {
      name: 'edge',
      namespace: 'edge',
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio' },
    },
    spec: {
      gatewayClassName: 'istio',
      infrastructure: { labels: {}, parametersRef: { group: '', kind: 'ConfigMap', name: 'socket' } },
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  });
});

test('the identity is that of the ServiceAccount that istiod makes', () => {
  const { chart } = chartWithParameters();
  const at = { namespace: 'edge', name: 'g' };
  const gateway = new KubernetesGateway(chart, 'gateway', { ...at, listeners });
  expect(gateway.spiffeId(trustDomain).principal).toBe('example.org/ns/edge/sa/g-istio');
});

test('policies are attached to the gateway by name', () => {
  const { chart } = chartWithParameters();
  const props = { name: 'w', namespace: 'edge', listeners } as const;
  expect(new KubernetesGateway(chart, 'w', props).policyScope.toSpec()).toEqual({
    targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'w' }],
  });
});

test('parameters of another namespace are refused', () => {
  const { chart, parameters } = chartWithParameters();
  const props = { name: 'g', namespace: 'other', parameters, listeners } as const;
  expect(refusal(() => new KubernetesGateway(chart, 'g', props)).value).toBe('edge');
});

test('ambient is refused', () => {
  const { chart } = chartWithParameters();
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  const props = { name: 'g', namespace: 'edge', listeners, labels } as const;
  expect(refusal(() => new KubernetesGateway(chart, 'g', props)).problem).toContain('ztunnel');
});
