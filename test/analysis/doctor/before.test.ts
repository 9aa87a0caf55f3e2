import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { slimObject } from '../../../lib/analysis/doctor/slim-object';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import type { JsonObject } from '../../../lib/base/json';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const WEBHOOKS = 'mutatingwebhookconfigurations.admissionregistration.k8s.io';

function outcomeOf(id: string, snapshot: Snapshot, expected?: string) {
  const manifests = expected && readManifests([{ file: 'expected.yaml', text: expected }]).manifests;
  const { outcomes } = diagnose(snapshot, { before: true, ...(manifests && { expected: manifests }) });
  const outcome = outcomes.find(({ check }) => check.id === id);
  return {
    found: outcome?.findings.map(({ severity, found }) => `${severity}: ${found}`) ?? [],
    unseen: outcome?.unseen ?? [],
    looked: outcome?.looked ?? 0,
  };
}

describe('releases-fit', () => {
  const withServer = (gitVersion: string): Snapshot => ({ ...exampleSnapshot(), server: { gitVersion } });

  test.each([
    ['v1.32.0', []],
    ['v1.37.2', []],
    [
      'v1.31.14-eks-1',
      ['warning: the API server runs Kubernetes 1.31.14; Istio 1.31 supports Kubernetes 1.32 to 1.37'],
    ],
    ['v1.38.0', ['warning: the API server runs Kubernetes 1.38.0; Istio 1.31 supports Kubernetes 1.32 to 1.37']],
  ])('an API server of release %s is compared with what Istio supports', (release, found) => {
    expect(outcomeOf('releases-fit', withServer(release)).found).toEqual(found);
  });

  test('the Istio that is to be installed counts', () => {
    const operator =
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {tag: 1.30.7}\n';

    expect(outcomeOf('releases-fit', withServer('v1.37.0'), operator).found).toEqual([
      'warning: the API server runs Kubernetes 1.37.0; Istio 1.30 supports Kubernetes 1.32 to 1.36',
    ]);
  });

  test('a release that cannot be read was not looked at', () => {
    expect(outcomeOf('releases-fit', withServer('development')).unseen).toEqual([
      { what: 'the API server', because: 'its release "development" cannot be read' },
    ]);
  });
});

describe('webhooks-work', () => {
  const PODS: JsonObject = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
  const webhook = (service: JsonObject, changes: JsonObject = {}): JsonObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'other' },
    webhooks: [{ name: 'a.example.com', clientConfig: { service }, rules: [PODS], ...changes }],
  });
  const found = (objects: Readonly<Record<string, readonly JsonObject[]>>) =>
    outcomeOf('webhooks-work', exampleSnapshot({ objects })).found;
  const gone = { namespace: 'gone', name: 'gone' };

  test('an API server that does not know webhook configurations cannot have a mesh', () => {
    const because = `the server doesn't have a resource type "mutatingwebhookconfigurations"`;
    const snapshot = exampleSnapshot({ without: [WEBHOOKS], gaps: [{ subject: `objects/${WEBHOOKS}`, because }] });

    expect(outcomeOf('webhooks-work', snapshot).found).toEqual([
      'error: the API server does not know webhook configurations',
    ]);
  });

  test('whoever may not list them has not looked at them', () => {
    const snapshot = exampleSnapshot({
      without: [WEBHOOKS],
      gaps: [{ subject: `objects/${WEBHOOKS}`, because: 'forbidden' }],
    });

    expect(outcomeOf('webhooks-work', snapshot)).toMatchObject({
      found: [],
      unseen: [{ what: WEBHOOKS, because: 'forbidden' }],
    });
  });

  test.each([
    ['in one word', ['kube-apiserver', '--disable-admission-plugins=NodeRestriction,MutatingAdmissionWebhook']],
    ['in two words', ['kube-apiserver', '--disable-admission-plugins', 'MutatingAdmissionWebhook']],
  ])('a plugin that is turned off %s is found in what is recorded of the API server’s pod', (_, command) => {
    const server = examplePod('kube-system', 'kube-apiserver-node-1', {
      owner: 'Node',
      containers: [
        { name: 'kube-apiserver', image: 'registry.k8s.io/kube-apiserver:v1.35.0', command: [...command, '--token=x'] },
      ],
    });
    const pods = [slimObject(server)];

    expect(JSON.stringify(pods)).not.toContain('--token');
    expect(found({ pods })).toEqual([
      'error: kube-system/kube-apiserver-node-1-1 has MutatingAdmissionWebhook disabled',
    ]);
  });

  test.each([
    ['whose Service is not there', webhook(gone), ', and its Service gone/gone does not exist'],
    [
      'whose Service has no ready pod',
      webhook({ namespace: 'teleport-system', name: 'sleepy' }),
      ', and its Service teleport-system/sleepy has no ready pod',
    ],
  ])('a webhook for new pods %s is a warning', (_, configuration, why) => {
    const service: JsonObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'teleport-system', name: 'sleepy' },
      spec: { selector: { app: 'sleepy' } },
    };

    expect(found({ [WEBHOOKS]: [configuration], services: [service] })).toEqual([
      `warning: webhook a.example.com of other applies to new pods${why}`,
    ]);
  });

  test.each([
    ['is passed over where it fails', webhook(gone, { failurePolicy: 'Ignore' })],
    ['is for other objects', webhook(gone, { rules: [{ ...PODS, apiGroups: ['apps'], resources: ['deployments'] }] })],
    ['is for other operations', webhook(gone, { rules: [{ ...PODS, operations: ['DELETE'] }] })],
    ['is outside of the cluster', webhook(gone, { clientConfig: { url: 'https://example.com' } })],
    ['has a ready pod', webhook({ namespace: 'shop', name: 'web' })],
  ])('a webhook that %s keeps no pod from starting', (_, configuration) => {
    expect(found({ [WEBHOOKS]: [configuration] })).toEqual([]);
  });

  test('calls of webhooks that failed are a warning', () => {
    const event: JsonObject = {
      apiVersion: 'v1',
      kind: 'Event',
      reason: 'FailedCreate',
      message:
        'Error creating: Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: context deadline exceeded',
      metadata: { namespace: 'shop', name: 'one' },
      involvedObject: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' },
    };

    expect(found({ events: [event], pods: Object.values(EXAMPLE_PODS) })).toEqual([
      'warning: the API server recently failed to call a webhook',
    ]);
  });
});
