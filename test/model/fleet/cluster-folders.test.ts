import { readManifests } from '../../../lib/model/documents/read-manifests';
import { findClusters, whyNotApart } from '../../../lib/model/fleet/cluster-folders';
import { membershipOf } from '../../../lib/model/fleet/membership';

const operator = (name: string) =>
  `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec:
  values: {global: {meshID: acme, network: net-${name}, multiCluster: {clusterName: ${name}}}}
`;
const values = (name: string) =>
  `meshConfig: {trustDomain: acme.teleport.sh}\nglobal: {meshID: acme, multiCluster: {clusterName: ${name}}}\n`;
const OTHER = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

function foldersOf(files: Readonly<Record<string, string>>) {
  const found = findClusters(Object.entries(files).map(([file, text]) => ({ file, text })));
  return (
    found && {
      clusters: Object.fromEntries(
        found.clusters.map((one) => [one.name, [one.folder, ...one.files.map((f) => f.file)]]),
      ),
      others: found.others.map(({ file }) => file),
    }
  );
}

test('a cluster has the topmost directory in which no other cluster is named, with everything below', () => {
  expect(
    foldersOf({
      'dist/a.yaml': OTHER,
      'dist/eu/eu-1/istio/operator.yaml': operator('eu-1'),
      'dist/eu/eu-1/web.yaml': OTHER,
      'dist/eu/eu-2/istio/values-istiod.yaml': values('eu-2'),
      'dist/us/apps/web.yaml': OTHER,
      'dist/us/istio/operator.yaml': operator('us-1'),
      'dist/us/istio/values-istiod.yaml': values('us-1'),
      'dist/use.yaml': OTHER,
    }),
  ).toEqual({
    clusters: {
      'eu-1': ['dist/eu/eu-1', 'dist/eu/eu-1/istio/operator.yaml', 'dist/eu/eu-1/web.yaml'],
      'eu-2': ['dist/eu/eu-2', 'dist/eu/eu-2/istio/values-istiod.yaml'],
      'us-1': ['dist/us', 'dist/us/apps/web.yaml', 'dist/us/istio/operator.yaml', 'dist/us/istio/values-istiod.yaml'],
    },
    others: ['dist/a.yaml', 'dist/use.yaml'],
  });
});

test.each([
  ['one cluster', { 'a/o.yaml': operator('eu-1'), 'b/v.yaml': values('eu-1') }],
  ['two in one directory', { 'a/eu.yaml': operator('eu-1'), 'a/us.yaml': operator('us-1') }],
  ['two without a directory', { 'eu.yaml': operator('eu-1'), 'us.yaml': operator('us-1') }],
  ['two in one file', { 'a/o.yaml': `${operator('eu-1')}---\n${operator('us-1')}` }],
  [
    'one cluster in two directories, as before and after',
    { 'old/eu/o.yaml': operator('eu-1'), 'old/us/o.yaml': operator('us-1'), 'new/eu/o.yaml': operator('eu-1') },
  ],
  ['a comment with the word', { 'a/o.yaml': operator('eu-1'), 'b/x.yaml': `# clusterName: us-1\n${OTHER}` }],
])('are looked at together: %s', (_what, files) => {
  expect(foldersOf(files as Record<string, string>)).toBeUndefined();
});

test("a cluster's place is what all its installations say", () => {
  const of = (...texts: readonly string[]) =>
    membershipOf(readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text }))).manifests);

  expect(of(operator('eu-1'))).toEqual({ clusterName: 'eu-1', meshId: 'acme', network: 'net-eu-1' });
  expect(of(operator('eu-1'), values('eu-2'))).toEqual({ clusterName: undefined, meshId: 'acme', network: undefined });
  expect(of(OTHER)).toEqual({ clusterName: undefined, meshId: undefined, network: undefined });
});

test('the network may be that of the namespace of istiod, and an empty text is none', () => {
  const of = (global: object, ...namespaces: readonly string[]) => {
    const objects = [
      {
        apiVersion: 'install.istio.io/v1alpha1',
        kind: 'IstioOperator',
        metadata: { name: 'a' },
        spec: { values: { global } },
      },
      ...namespaces.map((name) => ({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'topology.istio.io/network': `net-of-${name}` } },
      })),
    ];
    const text = objects.map((one) => JSON.stringify(one)).join('\n---\n');
    return membershipOf(readManifests([{ file: 'a.yaml', text }]).manifests).network;
  };
  expect(of({}, 'istio-system', 'shop')).toBe('net-of-istio-system');
  expect(of({ network: '' }, 'istio-system')).toBe('net-of-istio-system');
  expect(of({ istioNamespace: 'istio' }, 'istio-system', 'istio')).toBe('net-of-istio');
  // Pods that are injected go by what the installation says.
  expect(of({ network: 'own' }, 'istio-system')).toBe('own');
  expect(of({ network: '' })).toBeUndefined();
});

test('an empty text is no name of a cluster', () => {
  const empty = values('""');
  expect(foldersOf({ 'dist/a/values.yaml': empty, 'dist/b/values.yaml': values('eu-1') })).toBeUndefined();
});

test('what brings something to one cluster by its own word is of none, and what does not say is of all', () => {
  const release = (labels: string) =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: istiod${labels}}\n`;
  const labelled = release(', labels: {teleport-istio/cluster: eu-1}');
  const found = findClusters([
    { file: 'dist/eu-1/o.yaml', text: operator('eu-1') },
    { file: 'dist/us-1/o.yaml', text: operator('us-1') },
    { file: 'dist/gitops/eu-1.yaml', text: labelled },
    { file: 'dist/gitops/both.yaml', text: `${labelled}---\n${release('')}` },
    { file: 'dist/gitops/none.yaml', text: `# teleport-istio/cluster\n${release('')}` },
    { file: 'dist/us-1/release.yaml', text: labelled },
  ]);

  expect(found?.deliveries.map(({ file }) => file)).toEqual(['dist/gitops/eu-1.yaml']);
  expect(found?.others.map(({ file }) => file)).toEqual(['dist/gitops/both.yaml', 'dist/gitops/none.yaml']);
  expect(found?.clusters.map(({ files }) => files.length)).toEqual([1, 2]);
});

test("where istiod is written out, the injector's values say it", () => {
  const injector = (values: object) =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' },
      data: { values: JSON.stringify(values), config: 'defaultTemplates: [sidecar]\n' },
    });
  const mesh = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data: { mesh: 'trustDomain: acme.teleport.sh' },
  });
  const place = { meshID: 'acme', network: 'eu', multiCluster: { clusterName: 'eu-1' } };
  const of = (...texts: readonly string[]) =>
    membershipOf(readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text }))).manifests);
  expect(of(mesh, injector({ global: place }))).toEqual({ clusterName: 'eu-1', meshId: 'acme', network: 'eu' });
  expect(of(mesh, injector({ global: { ...place, network: undefined } }))).toMatchObject({ network: undefined });
});

describe('files that do not say what is of which cluster', () => {
  const why = (files: Readonly<Record<string, string>>) =>
    whyNotApart(Object.entries(files).map(([file, text]) => ({ file, text })));

  test.each([
    [
      'two in one directory',
      { 'a/eu.yaml': operator('eu-1'), 'a/us.yaml': operator('us-1') },
      'a/eu.yaml names the cluster "eu-1", but other files in its directory name "us-1"',
    ],
    [
      'two in one file',
      { 'a.yaml': `${operator('eu-1')}---\n${operator('us-1')}` },
      'a.yaml names the cluster "eu-1", but other files in its directory name "us-1"',
    ],
    [
      'one name in two directories',
      { 'eu/o.yaml': operator('eu-1'), 'us/o.yaml': operator('us-1'), 'us-2/o.yaml': operator('us-1') },
      'us and us-2 both have an installation that names the cluster "us-1"',
    ],
  ])('%s', (_what, files, because) => {
    expect(why(files)).toBe(because);
  });

  test.each([
    ['a directory each', { 'a/o.yaml': operator('eu-1'), 'b/o.yaml': operator('us-1') }],
    ['one cluster in two directories', { 'a/o.yaml': operator('eu-1'), 'b/v.yaml': values('eu-1') }],
    ['one that is named twice in a file', { 'a.yaml': `${operator('eu-1')}---\n${operator('eu-1')}` }],
    ['a comment with another name', { 'a.yaml': `# clusterName: us-1\n${operator('eu-1')}` }],
    ['none', { 'a.yaml': OTHER }],
  ])('but not %s', (_what, files) => {
    expect(why(files)).toBeUndefined();
  });
});
