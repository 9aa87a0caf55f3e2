import '../../../lib/jest';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { meshOf } from '../../../bench/mesh-of';
import { accessMatrix, MeshModel } from '../../../lib/access';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { sockShop } from '../access/sock-shop';

const objects = sockShop();
const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
const forms = [
  ['plain objects', objects],
  ['a ManifestSet', readManifests([{ file: 'shop.yaml', text }]).manifests],
  ['a MeshModel', MeshModel.from(objects)],
] as const;

describe.each(forms)('expect on %s', (_, mesh) => {
  test('toAllow and toDeny', () => {
    expect(mesh).toAllow({ from: 'front-end', to: 'carts', method: 'PATCH', path: '/carts/1/items' });
    expect(mesh).toDeny({ from: 'outside', to: 'carts', method: 'GET', path: '/' });
    expect(mesh).not.toAllow({ from: 'carts', to: 'orders' });
    expect(mesh).not.toDeny({ from: 'carts', to: 'carts-db' });
  });
});

test('an answer that depends is neither allowed nor denied', () => {
  expect(objects).not.toAllow({ from: 'front-end', to: 'carts' });
  expect(objects).not.toDeny({ from: 'front-end', to: 'carts' });
});

test('a failure tells the deciding policy and why each rule does not match', () => {
  const fail = () => expect(objects).toAllow({ from: 'shipping', to: 'carts', method: 'GET', path: '/carts/1' });
  expect(fail).toThrow(
    /expected shipping → carts GET \/carts\/1 to be allowed[\s\S]*ALLOW sock-shop\/carts, rule 1: does not match: from 1 requires principals/,
  );
  expect(() => expect(objects).not.toDeny({ from: 'shipping', to: 'carts' })).toThrow(/not to be denied/);
});

test('a question without an answer fails both ways', () => {
  expect(() => expect(objects).toDeny({ from: 'frontend', to: 'carts' })).toThrow(/Did you mean sock-shop\/front-end/);
  expect(() => expect(objects).not.toDeny({ from: 'frontend', to: 'carts' })).toThrow(/Did you mean/);
});

describe('a mesh of constructs', () => {
  const app = meshOf(2);
  const folder = mkdtempSync(join(tmpdir(), 'matchers-'));
  for (const [file, text] of app.synthFiles()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['the app', app],
    ['what it writes', app.synthFiles()],
    ['the directory it was written to', folder],
  ])('%s', (_, mesh) => {
    const model = MeshModel.from(mesh);
    expect(model.settings.trustDomain).not.toBe('cluster.local');
    const { cells } = accessMatrix(model);
    const [open, shut] = ['allowed', 'denied'].map((access) =>
      cells.find((cell) => cell.access === access || (access === 'allowed' && cell.access === 'conditional')),
    );
    if (!open || !shut) throw new Error('a mesh has both');
    expect(mesh).toDeny({ from: shut.from, to: shut.to, port: shut.port.port });
    expect(mesh).not.toDeny({ from: open.from, to: open.to, port: open.port.port });
  });

  test('without the mesh configuration the policies mean nobody knows whom, so neither matcher passes', () => {
    const objects = [...app.synthFiles()]
      .filter(([file]) => !file.includes('/'))
      .flatMap(([, text]) => loadAll(text) as object[]);
    const { cells } = accessMatrix(MeshModel.from(app));
    const cell = cells.find(({ access, decision }) => access === 'denied' && decision.connection?.callerIdentity);
    if (cell === undefined) throw new Error('a mesh has one');
    const { from, to, port } = cell;
    const request = { from, to, port: port.port };
    expect(() => expect(objects).toDeny(request)).toThrow(/the mesh’s trust domain, which is unknown/);
    expect(() => expect(objects).not.toAllow(request)).toThrow(/the mesh’s trust domain, which is unknown/);
    // Whoever shows no identity is denied, whatever the trust domain is.
    expect(objects).toDeny({ from: 'outside', to, port: port.port });
    expect(accessMatrix(MeshModel.from(objects)).cells.some(({ access }) => access === 'unknown')).toBe(true);
  });
});

test('a file that cannot be read is not an answer', () => {
  const broken = new Map([
    ['a.yaml', text],
    ['b.yaml', 'kind: AuthorizationPolicy\n  x: ['],
  ]);
  expect(() => MeshModel.from(broken)).toThrow(/b\.yaml:\d+/);
  expect(() => MeshModel.from('/nowhere/at/all')).toThrow(/no file or directory/);
  const variant = new Map(
    [...broken].map(([file, content]) => [file === 'b.yaml' ? 'variants/b.yaml' : file, content]),
  );
  expect(MeshModel.from(variant).services).not.toEqual([]);
});
