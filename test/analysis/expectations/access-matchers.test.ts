import '../../../lib/jest';
import { MeshModel } from '../../../lib/access';
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
    /expected shipping → carts GET \/carts\/1 to be allowed[\s\S]*ALLOW sock-shop\/carts, rule 1: does not match: from 1 wants principals/,
  );
  expect(() => expect(objects).not.toDeny({ from: 'shipping', to: 'carts' })).toThrow(/not to be denied/);
});

test('a question without an answer fails both ways', () => {
  expect(() => expect(objects).toDeny({ from: 'frontend', to: 'carts' })).toThrow(/Did you mean sock-shop\/front-end/);
  expect(() => expect(objects).not.toDeny({ from: 'frontend', to: 'carts' })).toThrow(/Did you mean/);
});
