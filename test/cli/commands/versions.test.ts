import { join } from 'node:path';
import { ROOT } from '../../golden/written-files';
import { runCli } from '../run-cli';

const DIST = join(ROOT, 'dist');

test('the reference output fits the releases it is made for', async () => {
  const { exitCode, stdout, stderr } = await runCli(['versions', DIST]);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const component of ['Istio 1.', 'Kubernetes 1.', 'Teleport 18.', 'SPIFFE CSI driver 0.']) {
    expect(stdout).toContain(component);
  }
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
