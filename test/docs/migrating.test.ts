import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addBilling, addShop } from '../../examples/migrating/shop';
import { KubernetesJoin, MeshApp, type PlaintextCallers, TeleportCluster, TeleportMesh } from '../../lib';
import { callGroups, changesToText, compareAccess, groupsToText, MeshModel } from '../../lib/access';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput } from '../examples/example-output';
import { ROOT } from './markdown';

const page = readFileSync(join(ROOT, 'docs/migrating.md'), 'utf8');

/** The text block after a mark. */
function shown(mark: string): string {
  return new RegExp(`<!-- ${mark} -->\n\`\`\`text\n(?<text>[^\`]*)\`\`\``).exec(page)?.groups?.text ?? '';
}

/** The mesh of the example, with or without callers in plain text. */
function example(plaintextFrom?: PlaintextCallers): MeshModel {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('example.teleport.sh'),
    join: KubernetesJoin.oidc('https://oidc.example.com/id'),
    istio: { ingressGateway: true },
  });
  addShop(mesh, plaintextFrom);
  addBilling(mesh);
  const legacy = { file: 'legacy.k8s.yaml', text: committedOutput('migrating')['legacy.k8s.yaml'] ?? '' };
  const files = [...app.synthFiles()].map(([file, text]) => ({ file, text }));
  return MeshModel.from(readManifests([...files, legacy]).manifests);
}

test('what closes on the page is what closes', () => {
  const closes = changesToText(compareAccess(example('everybody'), example()));

  expect(closes).toContain('CLOSED     legacy/stock-sync → shop/orders:80 (http)');
  expect(shown('closes')).toBe(closes);
});

test('the groups on the page are those of the example', () => {
  const files = Object.entries(committedOutput('migrating')).map(([file, text]) => ({ file, text }));

  expect(shown('groups')).toBe(groupsToText(callGroups(MeshModel.from(readManifests(files).manifests))));
});
