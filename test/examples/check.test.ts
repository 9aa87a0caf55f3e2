import { checkFiles, validateStrictly } from '../../lib/check';
import { readManifests } from '../../lib/manifests';
import { committedOutput, exampleNames } from './example-output';

/** What the checker says of an example on purpose: it shows what one should know before choosing it. */
const EXPECTED_WARNINGS: Readonly<Record<string, readonly string[]>> = {
  'host-path': ['hostpath-socket', 'hostpath-socket-writable'],
};

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
    const findings = checkFiles(files, { complete: name !== 'certificate-refresh' });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([...new Set(findings.map(({ rule }) => rule))].sort()).toEqual(EXPECTED_WARNINGS[name] ?? []);
  });
});
