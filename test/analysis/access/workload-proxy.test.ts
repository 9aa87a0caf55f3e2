import { MeshModel } from '../../../lib/access';
import { deployment, namespace } from './objects';

function proxyOf(...manifests: readonly object[]) {
  const model = MeshModel.from(manifests);
  const [workload] = model.workloads;
  if (workload === undefined) throw new Error('no workload');
  return model.proxyOf(workload);
}

const plain = namespace('shop', {});
const enabled = namespace('shop');
const values = (sidecarInjectorWebhook: object) => ({ sidecarInjectorWebhook, meshConfig: {} });

/** Which pods get a proxy (istio/istio pkg/kube/inject). */
describe('injection', () => {
  test.each([
    ['a namespace with istio-injection', [enabled, deployment('a')], 'sidecar'],
    ['a namespace with a revision', [namespace('shop', { 'istio.io/rev': 'canary' }), deployment('a')], 'sidecar'],
    ['a namespace without a label', [plain, deployment('a')], 'none'],
    [
      'a pod label in a namespace without one',
      [plain, deployment('a', { labels: { 'sidecar.istio.io/inject': 'true' } })],
      'sidecar',
    ],
    [
      'a pod annotation in a namespace without a label',
      [plain, deployment('a', { annotations: { 'sidecar.istio.io/inject': 'true' } })],
      'none',
    ],
    [
      'a pod label that refuses',
      [enabled, deployment('a', { labels: { 'sidecar.istio.io/inject': 'false' } })],
      'none',
    ],
    [
      'a pod annotation that refuses',
      [enabled, deployment('a', { annotations: { 'sidecar.istio.io/inject': 'false' } })],
      'none',
    ],
    [
      'the label beats the annotation',
      [
        enabled,
        deployment('a', {
          labels: { 'sidecar.istio.io/inject': 'true' },
          annotations: { 'sidecar.istio.io/inject': 'false' },
        }),
      ],
      'sidecar',
    ],
    [
      'istio-injection: disabled beats the pod',
      [
        namespace('shop', { 'istio-injection': 'disabled' }),
        deployment('a', { labels: { 'sidecar.istio.io/inject': 'true' } }),
      ],
      'none',
    ],
    ['the host network', [enabled, deployment('a', { spec: { hostNetwork: true } })], 'none'],
    ['kube-system', [namespace('kube-system'), deployment('a', { namespace: 'kube-system' })], 'none'],
    [
      'a proxy written into the manifest',
      [plain, deployment('a', { spec: { containers: [{ name: 'istio-proxy', image: 'proxyv2' }] } })],
      'sidecar',
    ],
    [
      'the gateway template',
      [enabled, deployment('a', { annotations: { 'inject.istio.io/templates': 'gateway' } })],
      'gateway',
    ],
    ['ambient mode', [namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), deployment('a')], 'ambient'],
    ['a namespace that is not among the manifests', [deployment('a')], 'sidecar'],
    ['every namespace by default', [plain, values({ enableNamespacesByDefault: true }), deployment('a')], 'sidecar'],
  ])('%s', (_, manifests, expected) => {
    expect(proxyOf(...manifests).kind).toBe(expected);
  });

  test('a namespace that is not among the manifests is an assumption', () => {
    expect(proxyOf(deployment('a')).assumptions.join()).toContain('namespace shop is not among the manifests');
    expect(proxyOf(enabled, values({}), deployment('a')).assumptions).toEqual([]);
  });

  test('the ServiceAccount is the pod’s own, or default', () => {
    expect(proxyOf(enabled, deployment('a', { serviceAccount: 'sa' }))).toMatchObject({
      identity: 'spiffe://cluster.local/ns/shop/sa/sa',
    });
    const none = deployment('a', { spec: { serviceAccountName: undefined } });
    expect(proxyOf(enabled, none)).toMatchObject({ identity: 'spiffe://cluster.local/ns/shop/sa/default' });
  });

  test('a gateway does not announce mutual TLS, so nobody sends it any', () => {
    expect(
      proxyOf(enabled, deployment('a', { annotations: { 'inject.istio.io/templates': 'gateway' } })),
    ).toMatchObject({ announcesMtls: false });
  });
});
