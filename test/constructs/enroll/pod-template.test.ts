import { ApiObject, type Chart, Cron, Duration, JsonPatch, Testing } from 'cdk8s';
import { CronJob, Deployment, EnvFieldPaths, EnvValue, ServiceAccount } from 'cdk8s-plus-28';
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

describe('zeros of cdk8s-plus that the API server drops, and what it fills in', () => {
  const metadata = { name: 'web', namespace: 'shop' };
  const node = { NODE: EnvValue.fromFieldRef(EnvFieldPaths.NODE_NAME), PLAIN: EnvValue.fromValue('1') };

  test('a Deployment has the form that comes back from the cluster', () => {
    const deployment = new Deployment(chart(), 'd', { metadata, containers: [{ image: 'web:1', envVariables: node }] });
    podTemplateOf(deployment).add(ADDITIONS);
    const { spec } = ApiObject.of(deployment).toJson();

    expect(spec).not.toHaveProperty('minReadySeconds');
    expect(spec.template.spec).not.toHaveProperty('hostNetwork');
    expect(spec.template.spec.containers[0].env).toEqual([
      { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
      { name: 'PLAIN', value: '1' },
    ]);
  });

  test('so has the pod of a CronJob', () => {
    const cron = new CronJob(chart(), 'c', {
      metadata,
      schedule: Cron.daily(),
      containers: [{ image: 'web:1', envVariables: node }],
    });
    podTemplateOf(cron).add(ADDITIONS);
    const { spec } = ApiObject.of(cron).toJson().spec.jobTemplate.spec.template;

    expect(spec).not.toHaveProperty('hostNetwork');
    expect(spec.containers[0].env[0].valueFrom.fieldRef.apiVersion).toBe('v1');
  });

  test('what is no zero stays, and who took them out before or after may', () => {
    const deployment = new Deployment(chart(), 'd', {
      metadata,
      minReady: Duration.seconds(5),
      containers: [{ image: 'web:1' }],
    });
    const remove = JsonPatch.remove('/spec/template/spec/hostNetwork');
    ApiObject.of(deployment).addJsonPatch(remove);
    podTemplateOf(deployment).add(ADDITIONS);
    ApiObject.of(deployment).addJsonPatch(remove);

    expect(ApiObject.of(deployment).toJson().spec.minReadySeconds).toBe(5);
  });

  test('an object of one’s own stays as it was written', () => {
    const object = rawDeployment(chart(), { spec: { hostNetwork: false, containers: [] } });
    podTemplateOf(object).add(ADDITIONS);

    expect(object.toJson().spec.template.spec.hostNetwork).toBe(false);
  });
});
