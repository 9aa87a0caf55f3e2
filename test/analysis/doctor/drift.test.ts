import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_POLICIES, examplePolicy } from '../../../lib/analysis/doctor/examples/example-policies';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { slimObject } from '../../../lib/analysis/doctor/slim-object';
import { filesToSnapshot, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
import type { JsonObject } from '../../../lib/base/json';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { REFERENCE } from '../../golden/written-files';
import { recorded } from './recorded';

const DIST = ['00-namespaces.k8s.yaml', 'mesh.k8s.yaml', 'teleport/teleport.yaml', 'sock-shop-policies.k8s.yaml'];

/** The reference app without the workloads that were left out of the recording. */
const WRITTEN = readManifests(
  DIST.map((file) => ({ file, text: asRecorded(readFileSync(join(REFERENCE, 'dist', file), 'utf8')) })),
).manifests;

/** Without the labels that objects have been written with since the recording; tbot and the CSI driver had their names. */
function asRecorded(text: string): string {
  return text
    .replaceAll(/^ {4}app\.kubernetes\.io\/managed-by: .*\n/gm, '')
    .replaceAll(/^ {4}app\.kubernetes\.io\/name: (?!tbot|spiffe-csi-driver).*\n/gm, '')
    .replaceAll(/^ {2}labels:\n(?! {4})/gm, '');
}

function drift(name: string): readonly string[] {
  const { outcomes } = diagnose(recorded(name), { expected: WRITTEN });
  const findings = outcomes.filter(({ check }) => check.group === 'drift').flatMap((outcome) => outcome.findings);
  // Policies of services that are not in the recording.
  return findings.map(({ found }) => found).filter((found) => !/sock-shop\/(?!catalogue|front-end|deny)/.test(found));
}

test('the healthy cluster runs as it was written', () => {
  expect(drift('healthy')).toEqual([]);
});

test('a policy that was deleted is named', () => {
  expect(drift('policy-missing')).toEqual(['AuthorizationPolicy sock-shop/catalogue is not in the cluster']);
});

test('what a snapshot leaves out of containers is no difference', () => {
  const deployment = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      template: { spec: { containers: [{ name: 'web', image, args: ['-v'], env: [{ name: 'A', value: 'b' }] }] } },
    },
  });
  const expected = readManifests([{ file: 'a.yaml', text: JSON.stringify(deployment('example.com/web:1')) }]).manifests;
  const found = (image: string) => {
    const snapshot = exampleSnapshot({ objects: { 'deployments.apps': [slimObject(deployment(image))] } });
    const outcomes = diagnose(snapshot, { expected }).outcomes.filter(({ check }) => check.group === 'drift');
    return outcomes.flatMap(({ findings }) => findings.flatMap(({ evidence }) => evidence));
  };

  expect(found('example.com/web:1')).toEqual([]);
  expect(found('example.com/web:2')).toEqual(['spec.template.spec.containers[web].image']);
});

describe('what the cluster was not asked for', () => {
  const object = (kind: string, apiVersion: string, namespace: string) =>
    JSON.stringify({ apiVersion, kind, metadata: { name: 'one', namespace }, spec: {} });
  const look = (changes: object, ...objects: readonly string[]) => {
    const expected = readManifests([{ file: 'a.yaml', text: objects.join('\n---\n') }]).manifests;
    const { outcomes } = diagnose({ ...exampleSnapshot(), ...changes }, { expected });
    const [outcome] = outcomes.filter(({ check }) => check.group === 'drift');
    return { looked: outcome?.looked, found: outcome?.findings.map(({ found }) => found), unseen: outcome?.unseen };
  };

  test('is not missing, and not looked at: kinds that are not listed', () => {
    expect(look({}, object('NetworkPolicy', 'networking.k8s.io/v1', 'shop'))).toEqual({
      looked: 0,
      found: [],
      unseen: [
        { what: 'NetworkPolicy shop/one', because: 'doctor does not list objects of this kind; diff --cluster does' },
      ],
    });
  });

  test('a kind of the same name in another group is another', () => {
    expect(look({}, object('Service', 'serving.knative.dev/v1', 'shop')).unseen).toHaveLength(1);
    expect(look({}, object('Gateway', 'networking.istio.io/v1', 'shop')).found).toEqual([
      'Gateway shop/one is not in the cluster',
    ]);
  });

  test('ConfigMaps of applications', () => {
    const { found, unseen } = look({}, object('ConfigMap', 'v1', 'shop'), object('ConfigMap', 'v1', 'istio-system'));

    expect(found).toEqual(['ConfigMap istio-system/one is not in the cluster']);
    expect(unseen).toMatchObject([{ what: 'ConfigMap shop/one' }]);
  });

  test('kinds that could not be listed', () => {
    const objects = new Map([...exampleSnapshot().objects].filter(([name]) => name !== 'services'));
    const gaps = [{ subject: 'objects/services', because: 'it is forbidden' }];

    expect(look({ objects, gaps }, object('Service', 'v1', 'shop'))).toMatchObject({
      found: [],
      unseen: [{ what: 'Service shop/one', because: 'it is forbidden' }],
    });
  });

  test('namespaces that were not chosen, which is meant', () => {
    const written = [object('Service', 'v1', 'shop'), object('Service', 'v1', 'other')];

    expect(look({ scope: ['shop'] }, ...written)).toEqual({
      looked: 1,
      found: ['Service shop/one is not in the cluster'],
      unseen: [],
    });
    expect(look({}, ...written).found).toHaveLength(2);
  });

  test('nothing to compare is not silence', () => {
    const operator = object('IstioOperator', 'install.istio.io/v1alpha1', 'istio-system');

    for (const [changes, written] of [
      [{}, operator],
      [{ scope: ['other'] }, object('Service', 'v1', 'shop')],
    ] as const)
      expect(look(changes, written)).toMatchObject({ looked: 0, unseen: [{ what: 'the manifests of --expect' }] });
  });

  test('a saved snapshot still says which were', () => {
    const read = filesToSnapshot(snapshotToFiles({ ...exampleSnapshot(), scope: ['shop', 'istio-system'] }));

    expect(read).toMatchObject({ scope: ['shop', 'istio-system'] });
    expect('scope' in filesToSnapshot(snapshotToFiles(exampleSnapshot()))).toBe(false);
  });
});

describe('policies that only the cluster has', () => {
  const policy = (name: string, spec: object) => examplePolicy(name, spec as JsonObject);
  const look = (...written: readonly JsonObject[]) => {
    const expected = readManifests(written.map((one, index) => ({ file: `${index}.yaml`, text: JSON.stringify(one) })));
    const { outcomes } = diagnose(exampleSnapshot(), { expected: expected.manifests });
    const [outcome] = outcomes.filter(({ check }) => check.group === 'drift');
    return outcome?.findings.map(({ severity, found }) => [severity, found]);
  };

  test('are a warning where the manifests have policies of the namespace’s workloads', () => {
    expect(look(EXAMPLE_POLICIES.deny, EXAMPLE_POLICIES.web)).toEqual([
      ['warning', 'AuthorizationPolicy shop/api is in the cluster, but not in the manifests'],
    ]);
    expect(look(...Object.values(EXAMPLE_POLICIES))).toEqual([]);
  });

  test('are of others where the manifests only close the namespace, or have policies of another', () => {
    const elsewhere = { ...policy('own', { selector: { matchLabels: { app: 'own' } } }) };
    const other = { ...elsewhere, metadata: { name: 'own', namespace: 'other' } };

    expect(look(EXAMPLE_POLICIES.deny)).toEqual([]);
    expect(look(EXAMPLE_POLICIES.deny, other)).toEqual([
      ['error', 'AuthorizationPolicy other/own is not in the cluster'],
    ]);
  });
});
