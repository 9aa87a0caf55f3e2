import { loadAll } from 'js-yaml';
import { violations } from '../constructs/fleet/delivery/deliver';
import { committedOutput, freshOutput, type Manifest } from './example-output';

const output = committedOutput('fleet');
const objects = Object.entries(output)
  .filter(([file]) => file.startsWith('gitops/') && file.endsWith('.yaml'))
  .flatMap(([, text]) => loadAll(text) as Manifest[])
  .filter(({ apiVersion }) => apiVersion?.includes('argoproj.io') || apiVersion?.includes('toolkit.fluxcd.io'));

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('fleet'));
});

test('both engines get a change to staging first, and fields that their definitions know', () => {
  expect(new Set(objects.map(({ kind }) => kind))).toEqual(
    new Set(['ApplicationSet', 'GitRepository', 'HelmRelease', 'HelmRepository', 'Kustomization']),
  );
  for (const object of objects) expect(violations(object)).toEqual([]);
  const set = objects.find(({ kind }) => kind === 'ApplicationSet');
  expect(set.spec.generators[0].list.elements[0]).toMatchObject({ cluster: 'staging', rollout: '1' });
  const first = objects.filter(({ kind, spec }) => kind === 'Kustomization' && spec.dependsOn === undefined);
  expect(first.map(({ metadata }) => metadata.name)).toEqual(['staging-platform']);
});
