import { load } from 'js-yaml';
import { checkExpectations, initialExpectations, MeshModel, readExpectations } from '../../../lib/access';
import type { JsonValue } from '../../../lib/base/json';
import { policy } from '../access/objects';
import { atEdge, gateway, HOST, MESH, plain, ROUTED, route } from '../access/routed-mesh';

function failures(objects: readonly object[], text: string): readonly string[] {
  const found = readExpectations(load(text) as JsonValue);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems));
  const results = checkExpectations(MeshModel.from(objects), found);
  return results.filter(({ met }) => !met).map(({ request }) => `${String(request.from)} ${request.host ?? ''}`);
}

const BY_WEB = 'outside by Gateway shop/web';

test('a way in can be allowed and denied', () => {
  expect(failures(ROUTED, `allow: [{ from: ${BY_WEB}, to: web, host: ${HOST} }]`)).toEqual([]);
  expect(failures(ROUTED, `deny: [{ from: ${BY_WEB}, to: web }]`)).toEqual([`${BY_WEB} `]);
  expect(failures(ROUTED, `deny: [{ from: ${BY_WEB}, to: web, host: x.example.com }]`)).toEqual([]);
});

test('whom nobody may call, nobody reaches through a gateway', () => {
  expect(failures(ROUTED, "deny: [{ from: '*', to: web }]")).toContain(`${BY_WEB} `);
});

test('what everybody may call need not be routed to', () => {
  const open = [...MESH, gateway('istio-ingressgateway', [plain]), policy({ rules: [{}] })];

  expect(failures(open, "allow: [{ from: ['*'], to: web }]").filter((text) => text.startsWith('outside by'))).toEqual(
    [],
  );
});

test('otherwise: deny is for ways in too, each host by itself', () => {
  const two = [
    ...MESH,
    gateway('istio-ingressgateway', [{ ...plain, hosts: ['*'] }]),
    route({ hosts: [HOST, 'b.example.com'] }),
  ];
  const others = (text: string) => failures(two, `${text}\notherwise: deny`).filter((one) => one.startsWith(BY_WEB));

  expect(others('')).toEqual([`${BY_WEB} ${HOST}`, `${BY_WEB} b.example.com`]);
  expect(others(`allow: [{ from: ${BY_WEB}, to: web, host: ${HOST} }]`)).toEqual([`${BY_WEB} b.example.com`]);
  expect(others(`allow: [{ from: ${BY_WEB}, to: web }]`)).toEqual([]);
});

describe('written from what holds today', () => {
  test.each<[string, readonly object[], string]>([
    ['a way that is open', ROUTED, `{ from: "${BY_WEB}", to: shop/web, port: 80, host: ${HOST} }`],
    [
      'a path that the gateway lets in',
      [...ROUTED, atEdge({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/public/*'] } }] }] })],
      `host: ${HOST}, method: GET, path: /public/ }`,
    ],
  ])('%s', (_, objects, entry) => {
    const text = initialExpectations(MeshModel.from(objects));

    expect(text).toContain(entry);
    expect(failures(objects, text)).toEqual([]);
  });

  test('what a header decides is listed apart', () => {
    const byHeader = atEdge({ rules: [{ when: [{ key: 'request.headers[x-key]', values: ['1'] }] }] });
    const objects = [...ROUTED, byHeader];
    const text = initialExpectations(MeshModel.from(objects));
    const [, depends = ''] = text.split('depends:\n');

    expect(depends).toContain(`{ from: "${BY_WEB}", to: shop/web, port: 80, host: ${HOST} }`);
    expect(failures(objects, text)).toEqual([]);
  });

  test('a way that is closed is not listed', () => {
    const closed = [...ROUTED, atEdge({ action: 'DENY', rules: [{}] })];

    expect(initialExpectations(MeshModel.from(closed))).not.toContain('outside by');
  });
});

describe('depends', () => {
  const byHeader = [
    ...ROUTED,
    policy({ rules: [{ when: [{ key: 'request.headers[x-key]', values: ['1'] }] }] }, { name: 'by-header' }),
  ];
  const caller = 'spiffe://cluster.local/ns/a/sa/b';

  test('is met by what is not decided, and by nothing else', () => {
    expect(failures(byHeader, `depends: [{ from: ${caller}, to: web }]`)).toEqual([]);
    expect(failures(byHeader, `depends: [{ from: ${caller}, to: web, headers: { x-key: '1' } }]`)).toHaveLength(1);
  });

  test('names the pair for otherwise: deny', () => {
    const count = (text: string) =>
      failures(byHeader, text).filter((one) => one === 'any identity of the trust domain ').length;

    // Everybody may call both ports of the gateway as well.
    expect(count('otherwise: deny')).toBe(3);
    expect(count('depends: [{ from: any identity of the trust domain, to: web }]\notherwise: deny')).toBe(2);
  });
});
