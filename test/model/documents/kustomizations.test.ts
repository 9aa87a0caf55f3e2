import { readManifests } from '../../../lib/model/documents/read-manifests';

const deployment = (name: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {}\n`;

function namesOf(files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  return readManifests(inputs).manifests.all.map(({ name }) => name);
}

describe('what a kustomization names as a patch is not an object', () => {
  test.each([
    ['with a path', 'patches: [{path: patch.yaml}]'],
    ['with a path and a target', 'patches: [{path: ./patch.yaml, target: {kind: Deployment}}]'],
    ['in the old way', 'patchesStrategicMerge: [patch.yaml]'],
    ['as a JSON patch', 'patchesJson6902: [{path: patch.yaml, target: {name: web}}]'],
  ])('%s', (_, kustomization) => {
    expect(namesOf({ 'a/kustomization.yaml': kustomization, 'a/patch.yaml': deployment('web') })).toEqual([]);
  });

  test.each(['a/kustomization.yml', 'a/Kustomization', './a/kustomization.yaml', 'a\\kustomization.yaml'])(
    'whatever its own name is: %s',
    (file) => {
      expect(namesOf({ [file]: 'patches: [{path: ../p/patch.yaml}]', 'p/patch.yaml': deployment('web') })).toEqual([]);
    },
  );

  test('but its resources are, and files of the same name elsewhere', () => {
    const kustomization = 'resources: [web.yaml]\npatches: [{path: patch.yaml}]';
    expect(
      namesOf({
        'a/kustomization.yaml': kustomization,
        'a/web.yaml': deployment('web'),
        'b/patch.yaml': deployment('other'),
      }),
    ).toEqual(['web', 'other']);
  });

  test('nor is anything lost to a patch that stands in the kustomization itself, or to one that cannot be read', () => {
    const inside = `patchesStrategicMerge:\n  - |\n    kind: A\n    metadata: {name: web}\npatches: [7, {patch: x}]`;
    expect(namesOf({ 'a/kustomization.yaml': inside, 'a/web.yaml': deployment('web') })).toEqual(['web']);
    expect(namesOf({ 'a/kustomization.yaml': 'patches: [', 'a/web.yaml': deployment('web') })).toEqual(['web']);
  });
});

describe('the kustomization of a file is', () => {
  const { manifests } = readManifests(
    ['base/kustomization.yaml', 'base/web.yaml', 'base/deep/web.yaml', 'other/web.yaml', '../web.yaml'].map((file) => ({
      file,
      text: file.endsWith('web.yaml') ? deployment(file) : 'resources: []',
    })),
  );

  test.each([
    ['base/web.yaml', 'base'],
    ['base/deep/web.yaml', 'base'],
    ['other/web.yaml', undefined],
    ['../web.yaml', undefined],
  ])('for %s %s', (file, folder) => {
    const manifest = manifests.all.find((one) => one.file === file);
    expect(manifest && manifests.kustomizationOf(manifest)).toBe(folder);
  });

  test('not the one in the working directory for what is above it', () => {
    const { manifests: all } = readManifests([
      { file: 'kustomization.yaml', text: 'resources: []' },
      { file: '../web.yaml', text: deployment('above') },
      { file: 'web.yaml', text: deployment('beside') },
    ]);
    expect(all.all.map((one) => [one.name, all.kustomizationOf(one)])).toEqual([
      ['above', undefined],
      ['beside', '.'],
    ]);
  });
});
