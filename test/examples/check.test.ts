import { checkFiles, validateStrictly } from '../../lib/check';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, exampleNames } from './example-output';

describe.each(exampleNames())('%s', (name) => {
  const files = Object.entries(committedOutput(name))
    .filter(([file]) => file.endsWith('.yaml'))
    .map(([file, text]) => ({ file, text }));
  const { manifests } = readManifests(files);

  test('is understood as a whole, and has no field that its schema does not know', () => {
    expect(manifests.all.length).toBeGreaterThan(0);
    expect(manifests.all.flatMap((manifest) => validateStrictly(manifest))).toEqual([]);
  });

  test('passes the check', () => {
    // Restarts are for a cluster whose rest is made otherwise; every other example is all there is.
    expect(checkFiles(files, { complete: name !== 'certificate-refresh' })).toEqual([]);
  });
});
