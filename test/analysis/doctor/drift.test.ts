import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { slimObject } from '../../../lib/analysis/doctor/slim-object';
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
