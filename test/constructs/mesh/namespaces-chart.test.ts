import { InvalidInputError, MeshNamespace, TeleportCluster, TeleportMesh } from '../../../lib';
import { makeShop } from './shop-fixture';

test('an app has one mesh, since the names of its files are fixed', () => {
  const { app } = makeShop();
  expect(() => new TeleportMesh(app, 'second', { teleport: TeleportCluster.cloud('b.teleport.sh') })).toThrow(
    /\[second\] the app already has a mesh.*one app per cluster/,
  );
});

test.each(['shop', 'teleport-system'])('the namespace %s is written once', (name) => {
  const { app, mesh } = makeShop();
  expect(() => new MeshNamespace(app, 'again', { mesh, name })).toThrow(
    /\[mesh\/(shop|teleport-system)\] the mesh already has this namespace/,
  );
});

test.each(['Shop', 'a_b', '', '-a', 'a.b', 'a'.repeat(64)])('%j is not a namespace, and gets no identities', (name) => {
  const { app, mesh } = makeShop();
  expect(() => new MeshNamespace(app, 'other', { mesh, name })).toThrow(
    expect.objectContaining({ where: `mesh/${name}`, value: name }),
  );
  expect(mesh.identity.namespaces).toEqual(['istio-system', 'shop']);
});

test("the mesh's own namespace must be one too", () => {
  expect(() => makeShop({}, { namespace: 'Teleport' })).toThrow(/\[mesh\] not a valid namespace name: "Teleport"/);
  expect(() => makeShop({}, { namespace: 'Teleport' })).toThrow(InvalidInputError);
});
