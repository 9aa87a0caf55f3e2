import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { type Document, documentsOf, filesBelow, REFERENCE, ROOT, synthesize } from './written-files';

/** Which files the synthesis wrote; no program reads it. */
const RECORD = '.teleport-istio';

test.each([
  ['one time zone, locale and working directory', tmpdir(), { TZ: 'UTC', LC_ALL: 'C' }],
  ['others', '/', { TZ: 'Pacific/Apia', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }],
])('the committed output is what the code writes in %s, in a process of its own', (_, directory, environment) => {
  expect(synthesize(directory, environment)).toEqual(filesBelow(join(REFERENCE, 'dist')));
});

test('kubectl meets Kubernetes objects only, and everything for other tools is in a directory it does not read', () => {
  const topLevel = [...filesBelow(join(REFERENCE, 'dist')).keys()].filter(
    (path) => !path.includes('/') && path !== RECORD,
  );

  expect(topLevel).not.toHaveLength(0);
  for (const path of topLevel) {
    expect(path).toMatch(/\.k8s\.yaml$/);
    for (const object of documentsOf(path)) {
      expect(object).toMatchObject({
        apiVersion: expect.stringMatching(/^([a-z0-9.]+\/)?v\d/),
        kind: expect.any(String),
        metadata: { name: expect.any(String) },
      });
    }
  }
});

test('namespaces come before what is in them, in the order in which kubectl reads files', () => {
  const files = [...filesBelow(join(REFERENCE, 'dist')).keys()]
    .filter((path) => !path.includes('/') && path !== RECORD)
    .sort();
  const made = new Set(['istio-system', 'kube-system', 'default']);
  for (const object of files.flatMap((path) => [...documentsOf(path)])) {
    if (object.kind === 'Namespace') made.add(object.metadata.name);
    else if (object.metadata.namespace !== undefined) expect(made).toContain(object.metadata.namespace);
  }
});

const CLUSTER_SCOPED = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'CSIDriver']);

test('every object says its namespace, and only those of the cluster have none', () => {
  for (const [path, text] of filesBelow(join(REFERENCE, 'dist'))) {
    if (!path.endsWith('.k8s.yaml')) continue;
    for (const object of loadAll(text) as Document[]) {
      expect([object.kind, object.metadata.namespace === undefined]).toEqual([
        object.kind,
        CLUSTER_SCOPED.has(object.kind),
      ]);
    }
  }
});

test('every image is pinned to a full version', () => {
  const images = [...filesBelow(join(REFERENCE, 'dist')).values()].flatMap((text) =>
    [...text.matchAll(/^\s*(?:- )?image: (\S+)$/gm)].map(([, image]) => image),
  );

  expect(images).not.toHaveLength(0);
  for (const image of images) expect(image).toMatch(/(:v?\d+(\.\d+)+[\w.-]*|@sha256:[0-9a-f]{64})$/);
});

test('nothing in the output depends on the machine: no path of it, no date, no hash in a name', () => {
  for (const [path, text] of filesBelow(join(REFERENCE, 'dist'))) {
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/\d{4}-\d{2}-\d{2}T/);
    expect(`${path}\n${text}`).not.toMatch(/-c8[0-9a-f]{6}\b/);
  }
});
