import { Testing } from 'cdk8s';
import { load } from 'js-yaml';
import {
  GatewayParameters,
  type GatewayParametersProps,
} from '../../../../lib/constructs/istio/installation/gateway-parameters';
import { Target } from '../../../../lib/upstream/releases/target';
import { WorkloadApiSocket } from '../../../../lib/upstream/spiffe/workload-api-socket';
import { refusal } from '../refusal';

function configMap(props: Partial<GatewayParametersProps> = {}) {
  const parameters = new GatewayParameters(Testing.chart(), 'socket', {
    name: 'socket',
    namespace: 'edge',
    socket: WorkloadApiSocket.csi(),
    ...props,
  });
  return parameters.configMap.toJson() as { metadata: object; data: { deployment: string } };
}

test('the overlay removes the emptyDir of istiod’s template, so that the volume has one source', () => {
  const { data } = configMap({ target: Target.of({ istio: '1.30' }) });
  expect(Object.keys(data)).toEqual(['deployment']);
  expect(load(data.deployment)).toEqual({
    spec: {
      template: {
        spec: {
          volumes: [{ name: 'workload-socket', emptyDir: null, csi: { driver: 'csi.spiffe.io', readOnly: true } }],
        },
      },
    },
  });
});

test('from Istio 1.31 there is no emptyDir to remove', () => {
  expect(configMap({ target: Target.of({ istio: '1.31' }) }).data.deployment).not.toContain('emptyDir');
});

test('class defaults carry the label by which istiod finds them', () => {
  expect(configMap({ defaultsForClass: 'istio' }).metadata).toMatchObject({
    labels: { 'gateway.istio.io/defaults-for-class': 'istio' },
  });
  expect(configMap().metadata).not.toHaveProperty(['labels', 'gateway.istio.io/defaults-for-class']);
});

test('more can be merged into the Deployment, but not beside the volume', () => {
  const { data } = configMap({
    deployment: { spec: { replicas: 2, template: { spec: { nodeSelector: { a: 'b' } } } } },
  });
  expect(load(data.deployment)).toMatchObject({
    spec: { replicas: 2, template: { spec: { nodeSelector: { a: 'b' }, volumes: [{ name: 'workload-socket' }] } } },
  });
  const error = refusal(() => configMap({ deployment: { spec: { template: { spec: { volumes: [] } } } } }));
  expect(error.where).toBe('test/socket: deployment.spec.template.spec.volumes');
});
