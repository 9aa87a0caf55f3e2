import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeshApp, PathNormalization, TeleportCluster, TeleportMesh } from '../../../lib';

let outdir: string;
let printed: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'bypass-'));
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

function synth(pathNormalization: PathNormalization): void {
  const app = new MeshApp({ outdir });
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    istio: { pathNormalization },
  });
  mesh.addNamespace('shop');
  app.synth();
}

test('synthesis repeats why paths may be left as they are, and says nothing where they are normalized', () => {
  synth(PathNormalization.bypassableNone('no rule here is about paths'));
  expect(printed).toContain('every path rule can be bypassed');
  expect(printed).toContain('no rule here is about paths');

  printed = '';
  synth(PathNormalization.MERGE_SLASHES);
  expect(printed).not.toContain('bypassed');
});
