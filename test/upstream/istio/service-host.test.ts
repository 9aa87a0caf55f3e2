import {
  coveringHosts,
  coversNamespace,
  hostCovers,
  resolveHost,
  serviceHost,
  serviceOfHost,
} from '../../../lib/upstream/istio/service-host';

describe('resolveHost', () => {
  test('a name without a dot is a Service of the namespace it is written in', () => {
    expect(resolveHost('db', 'shop')).toBe('db.shop.svc.cluster.local');
  });

  test.each(['db.shop', 'db.shop.svc', 'db.shop.svc.cluster.local', '*', '*.shop.svc.cluster.local', '', '::1'])(
    'everything else is taken as it is: "%s"',
    (host) => {
      expect(resolveHost(host, 'front')).toBe(host);
    },
  );
});

test('a Service and its host name each other', () => {
  expect(serviceOfHost(serviceHost({ name: 'db', namespace: 'shop' }))).toEqual({ name: 'db', namespace: 'shop' });
});

test.each([
  'db.shop',
  'db.shop.svc',
  'a.db.shop.svc.cluster.local',
  'shop.svc.cluster.local',
  '*.shop.svc.cluster.local',
])('no Service has the host "%s"', (host) => {
  expect(serviceOfHost(host)).toBeUndefined();
});

test.each([
  ['*', true],
  ['*.local', true],
  ['*b.shop.svc.cluster.local', true],
  ['*.shop', false],
  ['db.shop', false],
  ['*.db.shop.svc.cluster.local', false],
])('"%s" covers db.shop.svc.cluster.local: %s, and is looked for accordingly', (host, expected) => {
  const full = 'db.shop.svc.cluster.local';
  expect(hostCovers(host, full)).toBe(expected);
  expect(coveringHosts(full).includes(host)).toBe(expected);
});

test('the exact host is looked for first, then longer wildcards before shorter ones', () => {
  const order = coveringHosts('db.shop.svc.cluster.local');
  const lengths = order.slice(1).map((host) => host.length);
  expect(order[0]).toBe('db.shop.svc.cluster.local');
  expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  expect(order.at(-1)).toBe('*');
});

test.each([
  ['*', true],
  ['*.shop.svc.cluster.local', true],
  ['*-db.shop.svc.cluster.local', true],
  ['*.workshop.svc.cluster.local', false],
  ['*.com', false],
])('a Service of namespace shop may be meant by "%s": %s', (wildcard, expected) => {
  expect(coversNamespace(wildcard, 'shop')).toBe(expected);
});
