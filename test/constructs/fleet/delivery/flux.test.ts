import { posix } from 'node:path';
import { loadAll } from 'js-yaml';
import { Flux } from '../../../../lib';
import { type Document, deliver, deliveredFleet, manifestsOf, REPOSITORY, read, violations } from './deliver';

function rendered(fleet = deliveredFleet(), options = {}) {
  const files = deliver(fleet.fleet, Flux.hub({ repository: REPOSITORY, ...options }));
  const own = [...files].filter(([path]) => path.startsWith('gitops/flux/'));
  const documents = own.flatMap(([, text]) => loadAll(text) as Document[]);
  const kinds = (kind: string, group: string) =>
    documents.filter(({ kind: own, apiVersion }) => own === kind && apiVersion?.includes(group));
  return { files, documents, kustomizations: kinds('Kustomization', 'toolkit'), releases: kinds('HelmRelease', '') };
}

const dependencies = (documents: readonly Document[]) =>
  new Map<string, readonly string[]>(
    documents.map(({ metadata, spec }) => [metadata.name, (spec.dependsOn ?? []).map(({ name }: Document) => name)]),
  );

/** Files that a kustomization names, as paths of the output. */
function resourcesOf(files: ReadonlyMap<string, string>, directory: string): readonly string[] {
  const [{ resources }] = read(files, `${directory}/kustomization.yaml`);
  return resources.map((path: string) => posix.join(directory, path));
}

test("every object has fields that its definition knows, and is in a file that Flux's root names", () => {
  const { files, documents } = rendered();
  const objects = documents.filter(({ apiVersion }) => apiVersion?.includes('toolkit.fluxcd.io'));

  expect(objects).toHaveLength(2 + 3 * 4 + 3 * 3 + 2);
  for (const object of objects) expect(violations(object)).toEqual([]);
  const roots = resourcesOf(files, 'gitops/flux');
  for (const path of roots) expect(files.has(path)).toBe(true);
  expect(roots).toHaveLength(4);
});

test('a layer waits for the one before it, and a group of clusters for all of the group before it', () => {
  const fleet = deliveredFleet();
  const { kustomizations } = rendered(fleet, { rollout: [[fleet.eu, fleet.staging], [fleet.us]] });

  expect(Object.fromEntries(dependencies(kustomizations))).toEqual({
    'eu-1-platform': [],
    'eu-1-istio': ['eu-1-platform'],
    'eu-1-policies': ['eu-1-istio'],
    'eu-1-workloads': ['eu-1-policies'],
    'staging-platform': [],
    'staging-istio': ['staging-platform'],
    'staging-policies': ['staging-istio'],
    'staging-workloads': ['staging-policies'],
    'us-1-platform': ['eu-1-workloads', 'staging-workloads'],
    'us-1-istio': ['us-1-platform'],
    'us-1-policies': ['us-1-istio'],
    'us-1-workloads': ['us-1-policies'],
  });
  // Of one source, so that Flux waits for the same commit; and until all of it is ready.
  for (const { spec } of kustomizations) {
    expect(spec).toMatchObject({ sourceRef: { kind: 'GitRepository', name: 'mesh' }, wait: true });
  }
});

test('the first cluster goes first unless it is said otherwise', () => {
  const waits = dependencies(rendered().kustomizations);

  expect([waits.get('eu-1-platform'), waits.get('us-1-platform'), waits.get('staging-platform')]).toEqual([
    [],
    ['eu-1-workloads'],
    ['eu-1-workloads'],
  ]);
});

test('every manifest of a cluster is in one layer', () => {
  const { files, kustomizations } = rendered();
  for (const cluster of ['eu-1', 'us-1', 'staging']) {
    const layers = ['platform', 'policies', 'workloads'].map((layer) => `gitops/flux/${cluster}/${layer}`);
    for (const layer of layers) {
      expect(kustomizations.map(({ spec }) => spec.path)).toContain(`./dist/${layer}`);
    }
    const applied = layers.flatMap((layer) => resourcesOf(files, layer));
    expect([...applied].sort()).toEqual(manifestsOf(files, cluster).map((file) => `${cluster}/${file}`));
  }
  expect(resourcesOf(files, 'gitops/flux/us-1/policies')).toEqual([
    'us-1/mesh-policies.k8s.yaml',
    'us-1/shop-policies.k8s.yaml',
  ]);
});

test('Helm releases follow each other, with the values of their cluster under a name that changes with them', () => {
  const { files, releases } = rendered();

  expect(dependencies(releases).get('us-1-eastwest-gateway')).toEqual(['us-1-istiod']);
  expect(dependencies(releases).get('us-1-istiod')).toEqual(['us-1-istio-base']);
  const [{ configMapGenerator, generatorOptions, configurations }] = read(
    files,
    'gitops/flux/us-1/istio/kustomization.yaml',
  );
  expect(generatorOptions).toBeUndefined();
  const [{ nameReference }] = read(files, `gitops/flux/us-1/istio/${configurations[0]}`);
  expect(nameReference).toEqual([
    { kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ kind: 'HelmRelease', path: 'spec/valuesFrom/name' }] },
  ]);
  const [{ name, files: generated }] = configMapGenerator;
  const keys = new Map<string, string>(generated.map((file: string) => file.split('=') as [string, string]));
  for (const path of keys.values()) expect(files.has(posix.join('gitops/flux/us-1/istio', path))).toBe(true);
  for (const { metadata, spec } of releases.filter((release) => release.metadata.name.startsWith('us-1-'))) {
    expect([metadata.name, spec.valuesFrom[0].name, keys.has(spec.valuesFrom[0].valuesKey)]).toEqual([
      metadata.name,
      name,
      true,
    ]);
    expect(spec.chart.spec.version).toBe('1.31.4');
  }
});

test('a cluster is reached with its own credential, and the one that Flux runs in without', () => {
  const fleet = deliveredFleet();
  const { kustomizations, releases } = rendered(fleet, { runsIn: fleet.eu });
  const credentials = new Map(
    [...kustomizations, ...releases].map(({ metadata, spec }) => [metadata.name, spec.kubeConfig?.secretRef.name]),
  );

  expect(credentials.get('us-1-policies')).toBe('us-1-kubeconfig');
  expect(credentials.get('us-1-istiod')).toBe('us-1-kubeconfig');
  // Helm releases are objects of the cluster that Flux runs in.
  expect(credentials.get('us-1-istio')).toBeUndefined();
  expect(credentials.get('eu-1-policies')).toBeUndefined();
  expect(credentials.get('eu-1-istiod')).toBeUndefined();
});

test('namespaces are never pruned, and a cluster that leaves keeps what it has', () => {
  const { files, kustomizations } = rendered();

  expect(new Set(kustomizations.map(({ spec }) => spec.prune))).toEqual(new Set([true]));
  for (const { metadata } of read(files, 'eu-1/00-namespaces.k8s.yaml')) {
    expect(metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  }
  expect(new Set(kustomizations.map(({ spec }) => spec.deletionPolicy))).toEqual(new Set(['Orphan']));
});

test("Teleport's operator goes first", () => {
  const fleet = deliveredFleet({ teleportResources: { kind: 'operator', namespace: 'teleport' } });
  const { files, kustomizations } = rendered(fleet, { repositorySecret: 'git' });

  expect(dependencies(kustomizations).get('eu-1-platform')).toEqual(['eu-1-teleport']);
  expect(dependencies(kustomizations).get('us-1-teleport')).toEqual(['eu-1-workloads']);
  expect(resourcesOf(files, 'gitops/flux/eu-1/teleport')).toEqual(['eu-1/mesh-teleport.k8s.yaml']);
  expect(read(files, 'gitops/flux/sources.yaml')[0].spec.secretRef).toEqual({ name: 'git' });
});
