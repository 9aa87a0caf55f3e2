import { ArgoCd } from '../../../../lib';
import { type Document, deliver, deliveredFleet, manifestsOf, REPOSITORY, read, violations } from './deliver';

const FILE = 'gitops/argocd/applicationset.yaml';

/** The Application that Argo CD makes of an element: its template, with the patch over it. */
function applicationOf({ spec }: Document, element: Document): Document {
  const fill = (text: string) =>
    text
      .replace(/\{\{ toJson \.(\w+) \}\}/g, (_, key) => JSON.stringify(givenOf(element, key)))
      .replace(/\{\{ \.(\w+) \}\}/g, (_, key) => String(givenOf(element, key)));
  const template = JSON.parse(fill(JSON.stringify(spec.template)));
  const sources = /^ {2}sources: (.*)$/m.exec(fill(spec.templatePatch))?.[1] ?? '';
  const prune = /^ {6}prune: (.*)$/m.exec(fill(spec.templatePatch))?.[1] ?? '';
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    ...template,
    spec: {
      ...template.spec,
      sources: JSON.parse(sources),
      syncPolicy: { ...template.spec.syncPolicy, automated: { prune: JSON.parse(prune) } },
    },
  };
}

/** As `missingkey=error` has it. */
function givenOf(element: Document, key: string): unknown {
  if (!(key in element)) throw new Error(`no ${key}`);
  return element[key];
}

function rendered(fleet = deliveredFleet(), options = {}) {
  const files = deliver(fleet.fleet, ArgoCd.applicationSet({ repository: REPOSITORY, ...options }));
  const [set] = read(files, FILE);
  const applications: Document[] = set.spec.generators[0].list.elements.map((element: Document) =>
    applicationOf(set, element),
  );
  return { files, set, applications };
}

/** Steps that select an Application, by their place in the order. */
function stepsOf(set: Document, application: Document): readonly number[] {
  const { labels } = application.metadata;
  return set.spec.strategy.rollingSync.steps.flatMap(({ matchExpressions }: Document, index: number) =>
    matchExpressions.every(({ key, operator, values }: Document) => operator === 'In' && values.includes(labels[key]))
      ? [index]
      : [],
  );
}

function globMatches(glob: string, file: string): boolean {
  return glob
    .replace(/^\{(.*)\}$/, '$1')
    .split(',')
    .some((one) => new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(file));
}

test('the set, and every Application of it, has fields that their definitions know', () => {
  const { set, applications } = rendered();

  expect(violations(set)).toEqual([]);
  expect(applications.length).toBeGreaterThan(15);
  for (const application of applications) expect(violations(application)).toEqual([]);
  // The schemas do say so: a field that they do not know is not passed over.
  expect(violations({ ...set, spec: { ...set.spec, goTemplates: true } })).not.toEqual([]);
  expect(violations({ ...applications[0], spec: { ...applications[0].spec, source: {} } })).not.toEqual([]);
});

test('each Application is in one step, and those of a cluster follow each other', () => {
  const { set, applications } = rendered();
  const order = new Map(applications.map((one) => [one.metadata.name, stepsOf(set, one)]));
  const { steps } = set.spec.strategy.rollingSync;

  expect([...order.values()].map(({ length }) => length)).toEqual(applications.map(() => 1));
  expect(new Set([...order.values()].flat()).size).toBe(steps.length);
  const place = (name: string) => order.get(name)?.[0] ?? Number.NaN;
  for (const cluster of ['eu-1', 'us-1', 'staging']) {
    const names = ['platform', 'istio-base', 'istiod', 'ingress-gateway', 'policies', 'workloads'];
    const places = names.map((name) => place(`${cluster}-${name}`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(names.length);
  }
  expect(place('us-1-eastwest-gateway')).toBe(place('us-1-ingress-gateway'));
});

test('one cluster is done before the others begin, or groups as they are given', () => {
  const { set, applications } = rendered();
  const place = (name: string, all = applications, of = set) =>
    stepsOf(
      of,
      all.find(({ metadata }) => metadata.name === name),
    )[0] as number;
  expect(place('us-1-platform')).toBeGreaterThan(place('eu-1-workloads'));
  expect(place('staging-platform')).toBe(place('us-1-platform'));

  const fleet = deliveredFleet();
  const own = rendered(fleet, { rollout: [[fleet.staging], [fleet.us, fleet.eu]] });
  expect(place('us-1-platform', own.applications, own.set)).toBeGreaterThan(
    place('staging-workloads', own.applications, own.set),
  );
  expect(place('us-1-platform', own.applications, own.set)).toBe(place('eu-1-platform', own.applications, own.set));
});

test('every manifest of a cluster is in one Application, which is for that cluster', () => {
  const { files, applications } = rendered();
  for (const cluster of ['eu-1', 'us-1', 'staging']) {
    const own = applications.filter(({ metadata }) => metadata.labels['teleport-istio/cluster'] === cluster);
    expect(new Set(own.map(({ spec }) => spec.destination.name))).toEqual(new Set([cluster]));
    const sources: Document[] = own.flatMap(({ spec }) => spec.sources).filter(({ directory }) => directory);
    for (const { path, directory } of sources) {
      expect(path).toBe(`dist/${cluster}`);
      expect(directory.recurse).toBeUndefined();
    }
    const applied = sources.flatMap(({ directory: { include, exclude } }) =>
      manifestsOf(files, cluster).filter((file) =>
        include === undefined ? !globMatches(exclude, file) : globMatches(include, file),
      ),
    );
    expect([...applied].sort()).toEqual(manifestsOf(files, cluster));
  }
});

test('charts get the values of their cluster, and one release', () => {
  const { files, applications } = rendered();
  const charts = applications.filter(({ spec }) => spec.sources[0].chart !== undefined);

  expect(charts).toHaveLength(3 * 3 + 2);
  for (const { metadata, spec } of charts) {
    const [chart, values] = spec.sources;
    expect(chart.targetRevision).toBe('1.31.4');
    expect(values).toEqual({ repoURL: REPOSITORY, targetRevision: 'main', ref: 'mesh' });
    const [file] = chart.helm.valueFiles;
    expect(file).toMatch(new RegExp(`^\\$mesh/dist/${metadata.labels['teleport-istio/cluster']}/istio/values-`));
    expect(files.has(file.replace('$mesh/dist/', ''))).toBe(true);
  }
});

test('namespaces and definitions are never pruned, policies are, and a cluster that leaves keeps what it has', () => {
  const { set, files, applications } = rendered();
  const kept = applications.filter(({ spec }) => spec.syncPolicy.automated.prune === false);

  expect(new Set(kept.map(({ metadata }) => metadata.labels['teleport-istio/step']))).toEqual(new Set(['istio-base']));
  expect(set.spec.syncPolicy).toEqual({ preserveResourcesOnDeletion: true });
  // Without the second one an Application with a Namespace to prune would never be in sync, and the rollout would end there.
  for (const { metadata } of read(files, 'eu-1/00-namespaces.k8s.yaml')) {
    expect(metadata.annotations).toEqual({
      'argocd.argoproj.io/sync-options': 'Prune=false',
      'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    });
  }
});

test("Teleport's operator goes first, the CNI plugin before what is injected, and the cluster of Argo CD has its own name", () => {
  const fleet = deliveredFleet({
    teleportResources: { kind: 'operator', namespace: 'teleport' },
    istio: { cni: true },
  });
  const { set, files, applications } = rendered(fleet, { runsIn: fleet.eu });
  const named = (name: string) => applications.find(({ metadata }) => metadata.name === name);

  expect(stepsOf(set, named('eu-1-teleport'))[0]).toBe(0);
  expect(named('eu-1-teleport').spec.sources[0].directory).toEqual({ include: 'mesh-teleport.k8s.yaml' });
  expect(files.get('eu-1/mesh-teleport.k8s.yaml')).toContain('kind: TeleportBotV1');
  expect(files.get('eu-1/mesh.k8s.yaml')).not.toContain('resources.teleport.dev');
  expect(named('eu-1-istio-cni').spec.sources[0]).toMatchObject({ chart: 'cni' });
  expect(stepsOf(set, named('eu-1-istio-cni'))).toEqual(stepsOf(set, named('eu-1-istiod')));
  expect([named('eu-1-istiod').spec.destination.name, named('us-1-istiod').spec.destination.name]).toEqual([
    'in-cluster',
    'us-1',
  ]);
});
