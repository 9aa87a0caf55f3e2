import { ApiObject, type Chart, JsonPatch, Testing } from 'cdk8s';
import { Deployment, ServiceAccount } from 'cdk8s-plus-28';
import { podTemplateOf } from '../../../lib/constructs/enroll/pod-template';

function chart(): Chart {
  return Testing.chart();
}

function rawDeployment(scope: Chart, template: object): ApiObject {
  return new ApiObject(scope, 'raw', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'raw', namespace: 'shop' },
    spec: { template },
  });
}

const ADDITIONS = { labels: { a: '1' }, annotations: { 'x/y': '2' }, serviceAccountName: 'account' };

test('adds to a cdk8s-plus workload beside what it has', () => {
  const deployment = new Deployment(chart(), 'd', {
    metadata: { name: 'web', namespace: 'shop' },
    podMetadata: { labels: { own: 'label' } },
    containers: [{ image: 'web:1' }],
  });
  const template = podTemplateOf(deployment);
  template.add(ADDITIONS);

  expect(template).toMatchObject({ name: 'web', namespace: 'shop', serviceAccountName: undefined, hostNetwork: false });
  const pod = ApiObject.of(deployment).toJson().spec.template;
  expect(pod.metadata.labels).toMatchObject({ own: 'label', a: '1' });
  expect(pod.metadata.annotations).toEqual({ 'x/y': '2' });
  expect(pod.spec.serviceAccountName).toBe('account');
});

test("sees a cdk8s-plus workload's ServiceAccount and host network", () => {
  const scope = chart();
  const deployment = new Deployment(scope, 'd', {
    metadata: { name: 'web', namespace: 'shop' },
    serviceAccount: ServiceAccount.fromServiceAccountName(scope, 'sa', 'own'),
    hostNetwork: true,
    containers: [{ image: 'web:1' }],
  });

  expect(podTemplateOf(deployment)).toMatchObject({ serviceAccountName: 'own', hostNetwork: true });
});

test('adds to a raw object whose template has no metadata at all', () => {
  const object = rawDeployment(chart(), { spec: { containers: [] } });
  podTemplateOf(object).add(ADDITIONS);

  expect(object.toJson().spec.template).toEqual({
    metadata: { labels: { a: '1' }, annotations: { 'x/y': '2' } },
    spec: { containers: [], serviceAccountName: 'account' },
  });
});

test('keeps what a raw object has, and patches made before and after', () => {
  const object = rawDeployment(chart(), {
    metadata: { labels: { own: 'label' } },
    spec: { serviceAccountName: 'old', containers: [] },
  });
  object.addJsonPatch(JsonPatch.add('/spec/template/metadata/labels/before', 'yes'));
  podTemplateOf(object).add(ADDITIONS);
  object.addJsonPatch(JsonPatch.add('/spec/template/metadata/labels/after', 'yes'));

  expect(object.toJson().spec.template.metadata.labels).toEqual({ own: 'label', a: '1', before: 'yes', after: 'yes' });
});

test('refuses an object without a pod template', () => {
  const object = new ApiObject(chart(), 'cm', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cm' } });

  expect(() => podTemplateOf(object)).toThrow(/no pod template: "ConfigMap\/cm"/);
});
