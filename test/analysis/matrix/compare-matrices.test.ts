import {
  type AccessChange,
  accessMatrix,
  changesToJson,
  changesToMarkdown,
  changesToText,
  compareMatrices,
  MeshModel,
} from '../../../lib/access';
import { deployment, namespace, peerAuthentication, policy, service } from '../access/objects';

const mesh = [
  namespace('shop'),
  deployment('client'),
  deployment('server'),
  service('server', [{ name: 'http', port: 80 }]),
];
const rule = (operation?: object) => ({
  from: [{ source: { principals: ['cluster.local/ns/shop/sa/client'] } }],
  ...(operation && { to: [{ operation }] }),
});
const allow = (...rules: readonly object[]) => [policy({ selector: { matchLabels: { app: 'server' } }, rules })];

/** What becomes of client → server. */
function change(before: readonly object[], after: readonly object[]): AccessChange | undefined {
  const [old, now] = [before, after].map((policies) => accessMatrix(MeshModel.from([...mesh, ...policies])));
  return old && now && compareMatrices(old, now).find(({ from, to }) => from === 'shop/client' && to === 'shop/server');
}

describe('compareMatrices', () => {
  test.each([
    ['opened', allow(), allow(rule()), 'opened'],
    ['closed', allow(rule()), allow(), 'closed'],
    ['opened for some', allow(), allow(rule({ methods: ['GET'] })), 'opened'],
    ['from some to all', allow(rule({ methods: ['GET'] })), allow(rule()), 'widened'],
    ['from all to some', allow(rule()), allow(rule({ methods: ['GET'] })), 'narrowed'],
    ['one method more', allow(rule({ methods: ['GET'] })), allow(rule({ methods: ['GET', 'PUT'] })), 'widened'],
    ['one method fewer', allow(rule({ methods: ['GET', 'PUT'] })), allow(rule({ methods: ['GET'] })), 'narrowed'],
    ['another method', allow(rule({ methods: ['GET'] })), allow(rule({ methods: ['PUT'] })), 'changed'],
    [
      'one exception more',
      allow(rule()),
      [
        ...allow(rule()),
        policy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin'], ports: ['80'] } }] }] }),
      ],
      'narrowed',
    ],
    [
      'no mutual TLS any more',
      allow({}),
      [...allow({}), peerAuthentication({ mtls: { mode: 'DISABLE' } })],
      'encryption',
    ],
    [
      'a rule split in two is no change',
      allow(rule({ methods: ['GET', 'PUT'] })),
      allow(rule({ methods: ['PUT'] }), rule({ methods: ['GET'] })),
      undefined,
    ],
    ['the same', allow(rule()), allow(rule()), undefined],
  ])('%s', (_, before, after, kind) => {
    expect(change(before, after)?.kind).toBe(kind);
  });

  test('names what is added and removed, value by value', () => {
    const found = change(
      allow(rule({ methods: ['GET', 'PUT'], paths: ['/a'] })),
      allow(rule({ methods: ['GET', 'POST'], paths: ['/a'] })),
    );
    expect(found).toMatchObject({ added: ['if POST /a'], removed: ['if PUT /a'] });
  });

  test('a pair that comes or goes counts only if something gets through', () => {
    const one = accessMatrix(MeshModel.from(mesh));
    const none = accessMatrix(MeshModel.from(mesh.slice(0, 2)));
    expect(compareMatrices(none, one).map(({ kind, from }) => `${kind} ${from}`)).toEqual([
      'opened shop/client',
      'opened outside',
    ]);
    expect(compareMatrices(one, none).map(({ kind }) => kind)).toEqual(['closed', 'closed']);
    const closed = accessMatrix(MeshModel.from([...mesh, policy({})]));
    expect(compareMatrices(none, closed)).toEqual([]);
  });

  test('a renamed Service port is the same port', () => {
    const renamed = [...mesh.slice(0, 3), service('server', [{ name: 'http-web', port: 80 }])];
    expect(compareMatrices(accessMatrix(MeshModel.from(mesh)), accessMatrix(MeshModel.from(renamed)))).toEqual([]);
  });
});

describe('changes as text', () => {
  const before = accessMatrix(MeshModel.from([...mesh, ...allow(rule({ paths: ['/a|b'] }))]));
  const after = accessMatrix(MeshModel.from([...mesh, policy({ rules: [{}] })]));
  const changes = compareMatrices(before, after);

  test('what opens stands first', () => {
    const lines = changesToText(changes).trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['OPENED', 'WIDENED']);
  });

  test('as Markdown no text breaks out of its cell', () => {
    expect(changesToMarkdown(changes)).toContain('- if /a\\|b');
  });

  test('as JSON', () => {
    expect(JSON.parse(changesToJson(changes)).changes).toHaveLength(changes.length);
  });

  test('nothing changed', () => {
    expect(changesToText([])).toBe('No pair gains or loses access.\n');
  });
});
