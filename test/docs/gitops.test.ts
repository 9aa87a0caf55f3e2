import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { ROOT } from './markdown';

// biome-ignore lint/suspicious/noExplicitAny: what is not there makes the test fail.
type Manifest = any;

const read = (name: string) => loadAll(readFileSync(join(ROOT, 'docs/gitops', name), 'utf8')) as Manifest[];

const applications = read('argocd.yaml');
const flux = read('flux.yaml');
const fluxIstio = read('flux-istio.yaml');
const [fluxValues] = read('flux-istio-kustomization.yaml');

/** A repository as synthesis leaves it, with a variant and two namespaces. */
const TREE = [
  'dist/00-namespaces.k8s.yaml',
  'dist/mesh.k8s.yaml',
  'dist/shop.k8s.yaml',
  'dist/shop-policies.k8s.yaml',
  'dist/billing.k8s.yaml',
  'dist/billing-policies.k8s.yaml',
  'dist/istio/values-istiod.yaml',
  'dist/teleport/teleport.yaml',
  'dist/variants/shop-permissive.k8s.yaml',
  'gitops/istio/flux-istio.yaml',
  'main.ts',
];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'mesh-platform': ['dist/00-namespaces.k8s.yaml', 'dist/mesh.k8s.yaml'],
  'mesh-policies': ['dist/billing-policies.k8s.yaml', 'dist/shop-policies.k8s.yaml'],
  'mesh-workloads': ['dist/billing.k8s.yaml', 'dist/shop.k8s.yaml'],
};

/** What Git itself leaves of the tree; Flux reads the same patterns. */
function notIgnored(patterns: string): readonly string[] {
  const repository = mkdtempSync(join(tmpdir(), 'gitops-'));
  try {
    execFileSync('git', ['init', '--quiet'], { cwd: repository });
    for (const path of TREE) {
      mkdirSync(join(repository, dirname(path)), { recursive: true });
      writeFileSync(join(repository, path), '');
    }
    writeFileSync(join(repository, '.git/patterns'), patterns);
    const list = ['ls-files', '--others', '--exclude-from=.git/patterns'];
    return execFileSync('git', list, { cwd: repository, encoding: 'utf8' }).trim().split('\n').sort();
  } finally {
    rmSync(repository, { recursive: true });
  }
}

/** Files of a directory source: not recursive, filtered by a glob with stars and one pair of braces. */
function directoryFiles({ path, directory }: Manifest): readonly string[] {
  const files = TREE.filter((file) => dirname(file) === path && file.endsWith('.yaml'));
  const matches = (glob: string, file: string) => {
    const alternatives = glob.replace(/^\{(.*)\}$/, '$1').split(',');
    return alternatives.some((one) => new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(file));
  };
  const name = (file: string) => file.slice(path.length + 1);
  return files
    .filter((file) => directory.include === undefined || matches(directory.include, name(file)))
    .filter((file) => directory.exclude === undefined || !matches(directory.exclude, name(file)))
    .sort();
}

const application = (name: string) => applications.find(({ metadata }) => metadata.name === name);
const wave = (name: string) => Number(application(name).metadata.annotations['argocd.argoproj.io/sync-wave']);

test.each(Object.entries(GROUPS))(
  'Argo CD applies as %s exactly its files, and nothing of any directory',
  (name, files) => {
    const { source } = application(name).spec;

    expect(source.directory.recurse).toBeUndefined();
    expect(directoryFiles(source)).toEqual(files);
  },
);

test.each(Object.entries(GROUPS))('Flux gets for %s exactly its files, and nothing of any directory', (name, files) => {
  const source = flux.find(({ kind, metadata }) => kind === 'GitRepository' && metadata.name === name);
  const applied = flux.find(({ kind, metadata }) => kind === 'Kustomization' && metadata.name === name);

  expect(notIgnored(source.spec.ignore)).toEqual(files);
  expect(applied.spec).toMatchObject({ sourceRef: { name }, path: './dist', wait: true });
});

test('Argo CD has istiod before the policies and both before any workload', () => {
  expect(wave('istio-base')).toBeLessThan(wave('istiod'));
  expect(wave('mesh-platform')).toBeLessThan(wave('istio-ingressgateway'));
  expect(wave('istiod')).toBeLessThan(wave('istio-ingressgateway'));
  expect(wave('istiod')).toBeLessThan(wave('mesh-policies'));
  expect(wave('mesh-policies')).toBeLessThan(wave('mesh-workloads'));
});

test('Flux waits for the platform, then for Istio, then for the policies', () => {
  const dependsOn = (documents: readonly Manifest[], kind: string) =>
    Object.fromEntries(
      documents
        .filter((document) => document.kind === kind)
        .map(({ metadata, spec }) => [metadata.name, (spec.dependsOn ?? []).map(({ name }: Manifest) => name)]),
    );

  expect(dependsOn(flux, 'Kustomization')).toEqual({
    'mesh-platform': [],
    istio: ['mesh-platform'],
    'mesh-policies': ['istio'],
    'mesh-workloads': ['mesh-policies'],
  });
  expect(dependsOn(fluxIstio, 'HelmRelease')).toEqual({
    'istio-base': [],
    istiod: ['istio-base'],
    'istio-ingressgateway': ['istiod'],
  });
});

test('Helm gets the values that synthesis writes', () => {
  const byArgo = applications.flatMap(({ spec }) =>
    (spec.sources ?? []).flatMap(({ helm }: Manifest) => helm?.valueFiles ?? []),
  );
  const generated = fluxValues.configMapGenerator[0].files.map((file: string) => file.split('='));
  const byFlux = fluxIstio.flatMap(({ spec }) => spec.valuesFrom ?? []);

  expect(byArgo).toEqual(['$mesh/dist/istio/values-istiod.yaml', '$mesh/dist/istio/values-gateway.yaml']);
  for (const path of byArgo) expect(existsSync(join(ROOT, path.replace('$mesh/', '')))).toBe(true);
  for (const [key, path] of generated) {
    expect(existsSync(join(ROOT, 'gitops/istio', path))).toBe(true);
    expect(byFlux).toContainEqual({ kind: 'ConfigMap', name: fluxValues.configMapGenerator[0].name, valuesKey: key });
  }
  expect(byFlux).toHaveLength(generated.length);
});

test('one release of Istio everywhere, and namespaces are never pruned', () => {
  const argoVersions = applications
    .flatMap(({ spec }) => spec.sources ?? [spec.source])
    .filter(({ chart }: Manifest) => chart !== undefined)
    .map(({ targetRevision }: Manifest) => targetRevision);
  const fluxVersions = fluxIstio.flatMap(({ spec }) => spec.chart?.spec.version ?? []);

  expect(new Set([...argoVersions, ...fluxVersions]).size).toBe(1);
  expect([argoVersions.length, fluxVersions.length]).toEqual([3, 3]);
  expect(application('mesh-platform').spec.syncPolicy.automated.prune).toBeUndefined();
  expect(flux.find(({ kind, spec }) => kind === 'Kustomization' && spec.path === './dist').spec.prune).toBe(false);
});
