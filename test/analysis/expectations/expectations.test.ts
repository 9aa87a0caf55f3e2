import { load } from 'js-yaml';
import { checkExpectations, initialExpectations, MeshModel, readExpectations } from '../../../lib/access';
import type { JsonValue } from '../../../lib/base/json';
import { deployment, PAIR, policy, service } from '../access/objects';
import { INGRESS, sockShop } from '../access/sock-shop';

const read = (text: string) => {
  const found = readExpectations(load(text) as JsonValue);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  return found;
};
const shop = MeshModel.from(sockShop());
const failures = (model: MeshModel, text: string) => checkExpectations(model, read(text)).filter(({ met }) => !met);

describe('readExpectations', () => {
  test('one value or a list; every combination is a request', () => {
    const found = read('allow: [{ from: a, to: [b, c], method: [GET, PUT], path: [/x, /y], port: 80 }]');
    expect(found.expectations[0]).toMatchObject({
      expect: 'allow',
      from: ['a'],
      to: ['b', 'c'],
      place: 'allow, entry 1',
    });
    expect(found.expectations[0]?.requests).toHaveLength(4);
    expect(found.denyOthers).toBe(false);
  });

  test.each([
    ['a list', '[]', 'the file'],
    ['a misspelt key', 'allow: [{ form: a, to: b }]', '"form" is unknown'],
    ['a missing end', 'deny: [{ from: a }]', '"to" is missing'],
    ['an empty list', 'deny: [{ from: [], to: b }]', '"from" is neither a string'],
    ['a number for a name', 'deny: [{ from: 3, to: b }]', '"from" is neither a string'],
    ['no list', 'allow: { from: a }', 'not a list'],
    ['another default', 'otherwise: allow', '"deny"'],
    ['headers that are no texts', 'deny: [{ from: a, to: b, headers: { x: 1 } }]', '"headers"'],
    ['an unknown part', 'allows: []', '"allows" is unknown'],
  ])('%s is a problem, not an exception', (_, text, expected) => {
    expect(JSON.stringify(readExpectations(load(text) as JsonValue)).replaceAll('\\"', '"')).toContain(expected);
  });
});

describe('checkExpectations', () => {
  test.each([
    ['an allow that holds', 'allow: [{ from: front-end, to: carts, method: PATCH, path: /carts/1/items }]', 0],
    ['an allow that does not', 'allow: [{ from: front-end, to: carts, method: PUT, path: /carts/1/items }]', 1],
    ['an allow that only may hold', 'allow: [{ from: front-end, to: carts }]', 1],
    ['a deny that holds', 'deny: [{ from: carts, to: orders }]', 0],
    ['a deny that only may hold', 'deny: [{ from: front-end, to: carts }]', 1],
    ['everybody', "deny: [{ from: '*', to: queue-master }]", 0],
    ['everybody but one', "deny: [{ from: '*', to: carts-db }]", 1],
    ['everything', "deny: [{ from: outside, to: '*' }]", 0],
    ['a name that is not there', 'allow: [{ from: frontend, to: carts }]', 1],
  ])('%s', (_, text, expected) => {
    expect(failures(shop, text)).toHaveLength(expected);
  });

  test('a failure says what came out, why and where', () => {
    const [failure] = failures(shop, 'allow: [{ from: carts, to: orders, method: GET, path: /x }]');
    expect(failure?.text).toMatch(/^carts → orders GET \/x: denied, ALLOW policies apply .*\(<objects>:\d+\)$/);
  });

  test('otherwise: deny finds every pair that gets through without being listed', () => {
    const missing = failures(shop, 'otherwise: deny').map(({ request }) => `${String(request.from)} ${request.to}`);
    expect(missing).toHaveLength(17);
    expect(missing).toContain(`${INGRESS} sock-shop/front-end`);
    expect(missing).toContain('outside by Gateway istio-ingress/shop sock-shop/front-end');
    const fewer = failures(shop, 'allow: [{ from: carts, to: carts-db }]\notherwise: deny');
    expect(fewer).toHaveLength(16);
  });
});

describe('callers that are no workload here', () => {
  const doors = MeshModel.from([
    ...PAIR,
    policy({ rules: [{ from: [{ source: { namespaces: ['tools'] } }], to: [{ operation: { ports: ['80'] } }] }] }),
  ]);
  const from = (text: string) => failures(doors, text).map(({ request }) => request.from);

  test.each([
    ['an asterisk', "deny: [{ from: '*', to: server, port: 80 }]"],
    ['everything that is not listed', 'otherwise: deny'],
    ['by name', 'deny: [{ from: any identity of namespace tools, to: server, port: 80 }]'],
  ])('%s stands for a whole namespace too', (_, text) => {
    expect(from(text)).toEqual(['any identity of namespace tools']);
  });

  test('are written down, and then expected', () => {
    const text = initialExpectations(doors);
    expect(text).toContain('from: "any identity of namespace tools", to: shop/server, port: 80');
    expect(failures(doors, text)).toEqual([]);
  });

  test('an asterisk that must be let in does not stand for trust domains that nothing accepts', () => {
    const open = MeshModel.from(PAIR);
    expect(failures(open, "allow: [{ from: '*', to: server, port: 80 }]")).toEqual([]);
  });
});

describe('initialExpectations', () => {
  test('today’s state meets them, and a change does not', () => {
    const text = initialExpectations(shop);
    expect(failures(shop, text)).toEqual([]);
    expect(text).toContain('to: sock-shop/carts, port: 80, method: PATCH, path: /carts/x/items }');
    const opened = MeshModel.from([...sockShop(), policy({ rules: [{}] }, { name: 'open', namespace: 'sock-shop' })]);
    expect(failures(opened, text).length).toBeGreaterThan(100);
    const closed = MeshModel.from([
      ...sockShop(),
      policy({ action: 'DENY', rules: [{}] }, { name: 'closed', namespace: 'sock-shop' }),
    ]);
    // At least one for each of the 16 pairs.
    expect(failures(closed, text).length).toBeGreaterThanOrEqual(16);
  });

  test('a mesh in which nothing gets through has an empty list', () => {
    expect(read(initialExpectations(MeshModel.from([...PAIR, policy({})]))).expectations).toEqual([]);
  });

  test('names that YAML would misread are quoted', () => {
    const odd = [
      deployment('no', { namespace: 'on' }),
      deployment('true'),
      service('true', [{ name: 'http', port: 80 }]),
    ];
    expect(read(initialExpectations(MeshModel.from(odd))).expectations[0]?.from).toEqual(['on/no']);
  });
});
