import { join } from 'node:path';
import { checkFiles, validateStrictly } from '../../lib/check';
import type { ManifestFile } from '../../lib/model/documents/manifest-file';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { filesBelow, REFERENCE } from './written-files';

const FILES: readonly ManifestFile[] = [...filesBelow(join(REFERENCE, 'dist'))]
  .filter(([file]) => file.endsWith('.yaml'))
  .map(([file, text]) => ({ file, text }));

test.each(FILES.map(({ file, text }) => [file, text]))(
  '%s has no field that its schema does not know',
  (file, text) => {
    const { manifests, problems } = readManifests([{ file, text }]);

    expect(problems).toEqual([]);
    expect(manifests.all).not.toHaveLength(0);
    for (const manifest of manifests.all) {
      expect([manifest.kind, manifest.name, validateStrictly(manifest)]).toEqual([manifest.kind, manifest.name, []]);
    }
  },
);

test('a field nobody knows would be found, in the objects and in what is embedded in them', () => {
  const found = (path: string, from: string, to: string) => {
    const text = FILES.find(({ file }) => file === path)?.text ?? '';
    expect(text).toContain(from);
    const { manifests } = readManifests([{ file: path, text: text.replace(from, to) }]);
    return manifests.all.flatMap((manifest) => validateStrictly(manifest)).map(({ pointer }) => pointer);
  };

  expect(found('mesh.k8s.yaml', 'hostPID: true', 'hostPid: true')).toEqual(['/spec/template/spec/hostPid']);
  expect(found('mesh.k8s.yaml', 'attestors:', 'attestor:')).toEqual(['/services/0/attestor']);
  expect(found('teleport/teleport.yaml', 'spiffe:', 'spifee:')).toContain('/spec/spifee');
  expect(found('istio/istio-operator.yaml', 'profile:', 'profiles:')).toEqual(['/spec/profiles']);
  expect(found('test-app-policies.k8s.yaml', 'mtls:', 'mTLS:')).toEqual(['/spec/mTLS']);
});

test('the checker finds nothing in the output, nor in a variant of it', () => {
  expect(FILES.some(({ file }) => file.startsWith('variants/'))).toBe(true);
  expect(checkFiles(FILES)).toEqual([]);
});
