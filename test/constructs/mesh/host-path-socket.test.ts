import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeshApp, TeleportCluster, TeleportMesh, WorkloadApiSocket } from '../../../lib';

let outdir: string;
let printed: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'host-path-'));
  printed = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true });
});

function makeMesh(socket: WorkloadApiSocket): { app: MeshApp; mesh: TeleportMesh } {
  const app = new MeshApp({ outdir });
  const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh'), socket });
  mesh.addNamespace('shop');
  return { app, mesh };
}

test('synthesis says what a host path costs and what to use instead, and says nothing with a CSI volume', () => {
  makeMesh(WorkloadApiSocket.hostPath({ directory: '/run/mine' })).app.synth();
  expect(printed).toMatch(/mount \/run\/mine of their node as a host path/);
  expect(printed).toContain('WorkloadApiSocket.csi()');

  printed = '';
  makeMesh(WorkloadApiSocket.csi()).app.synth();
  expect(printed).not.toContain('host path');
});

test('a namespace of the mesh cannot be in ambient, and is not given identities either', () => {
  const { mesh } = makeMesh(WorkloadApiSocket.csi());
  expect(() => mesh.addNamespace('ambient', { labels: { 'istio.io/dataplane-mode': 'ambient' } })).toThrow(
    /ambient mode cannot use identities from Teleport: ztunnel gets certificates only from istiod/,
  );
  expect(mesh.identity.namespaces).not.toContain('ambient');
});
