import { findDuplicateObjects, type WrittenObject } from '../../../lib/constructs/app/duplicate-objects';

function peerAuthentication(file: string, namespace: string, apiVersion = 'security.istio.io/v1'): WrittenObject {
  return {
    path: `app/${file}/${namespace}`,
    file,
    manifest: { apiVersion, kind: 'PeerAuthentication', metadata: { namespace, name: 'default' } },
  };
}

test('says which two constructs write one object, also under two versions of its API', () => {
  const messages = findDuplicateObjects([
    peerAuthentication('a.k8s.yaml', 'shop'),
    peerAuthentication('b.k8s.yaml', 'shop', 'security.istio.io/v1beta1'),
  ]);

  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('[app/b.k8s.yaml/shop] PeerAuthentication.security.istio.io shop/default');
  expect(messages[0]).toContain('app/a.k8s.yaml/shop');
});

test('lets two namespaces have an object of the same name', () => {
  expect(
    findDuplicateObjects([peerAuthentication('a.k8s.yaml', 'one'), peerAuthentication('a.k8s.yaml', 'two')]),
  ).toEqual([]);
});

test('lets a variant replace an object of the rest, but not hold it twice', () => {
  const main = peerAuthentication('a.k8s.yaml', 'shop');
  const variant = peerAuthentication('variants/permissive.k8s.yaml', 'shop');

  expect(findDuplicateObjects([main, variant])).toEqual([]);
  expect(findDuplicateObjects([main, variant, variant])).toHaveLength(1);
});
