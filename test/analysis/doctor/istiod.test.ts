import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { JsonObject } from '../../../lib/base/json';

const WEBHOOKS = 'mutatingwebhookconfigurations.admissionregistration.k8s.io';
const checks = HEALTH_CHECKS.filter(({ id }) => id === 'istiod-ready');

function look(pods: readonly JsonObject[], objects: Readonly<Record<string, readonly JsonObject[]>> = {}) {
  const [outcome] = diagnose(exampleSnapshot({ objects: { pods, ...objects } }), { checks }).outcomes;
  return { found: outcome?.findings.map(({ found }) => found), unseen: outcome?.unseen };
}

const { istiod: _, ...OTHERS } = EXAMPLE_PODS;
const others = Object.values(OTHERS);

const webhook = (clientConfig: JsonObject): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'istio-sidecar-injector' },
  webhooks: [{ name: 'rev.namespace.sidecar-injector.istio.io', clientConfig }],
});

const service = (selector: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'istio-system', name: 'istiod' },
  spec: { selector, ports: [{ port: 443 }] },
});

const inCluster = webhook({ service: { namespace: 'istio-system', name: 'istiod' } });

test('istiod is known by its label and container where a registry gives its image another name', () => {
  const mirrored = examplePod('istio-system', 'istiod', {
    containers: [{ name: 'discovery', image: 'registry.example.com/mirror/istio-pilot:1.30.0' }],
  });

  expect(look([...others, mirrored])).toEqual({ found: [], unseen: [] });
});

test.each([
  ['a URL', [webhook({ url: 'https://istiod.example.com:15017/inject' })], []],
  ['a Service that selects no pod', [inCluster], [service({})]],
])('an istiod outside of the cluster is not looked at, and not missed: %s', (_name, webhooks, services) => {
  const { found, unseen } = look(others, { [WEBHOOKS]: webhooks, services });

  expect(found).toEqual([]);
  expect(unseen).toEqual([{ what: 'istiod', because: expect.stringContaining('outside of this cluster') }]);
});

test('without a pod behind the Service of the webhook istiod is missing', () => {
  const { found } = look(others, { [WEBHOOKS]: [inCluster], services: [service({ app: 'istiod' })] });

  expect(found).toEqual(['no pod runs istiod']);
});
