import { join } from 'node:path';
import { REFERENCE } from '../../golden/written-files';
import { runCli } from '../run-cli';

const DIST = join(REFERENCE, 'dist');

test('the reference output fits the releases it is made for', async () => {
  const { exitCode, stdout, stderr } = await runCli(['versions', DIST]);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const component of ['Istio 1.', 'Kubernetes 1.', 'Teleport 18.', 'SPIFFE CSI driver 0.']) {
    expect(stdout).toContain(component);
  }
});

test('it says which lines of Istio are supported, which ended and which releases are unsafe', async () => {
  const { stdout } = await runCli(['versions', DIST]);

  expect(stdout).toMatch(/1\.28 +ended on 2026-07-01/);
  expect(stdout).toMatch(/1\.31 +supported, newest 1\.31\.4/);
  expect(stdout).toContain('CVE-2026-73551');
  expect(stdout).toContain('fixed in 1.29.7, 1.30.4 or newer');
});

test('a release that is too old ends with 1', async () => {
  const { exitCode, stdout } = await runCli(['versions', DIST, '--target', 'kubernetes=1.30', '-o', 'json']);

  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).components[1]).toMatchObject({
    component: 'Kubernetes',
    release: '1.30.0',
    requirements: [{ isMet: false, location: { line: expect.any(Number) } }],
  });
});
