import {
  type AccessChange,
  changesToJson,
  changesToMarkdown,
  changesToText,
  compareAccess,
  describeCondition,
  MeshModel,
} from '../../../lib/access';
import { deployment, meshConfig, namespace, peerAuthentication, policy, service } from '../access/objects';

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
  const [old, now] = [before, after].map((policies) => MeshModel.from([...mesh, ...policies]));
  return old && now && compareAccess(old, now).find(({ from, to }) => from === 'shop/client' && to === 'shop/server');
}

describe('compareAccess', () => {
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
      'a rule split in two is not a change',
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
    expect(found).toMatchObject({ added: [{ effect: 'if' }], removed: [{ effect: 'if' }] });
    expect([found?.added, found?.removed].map((list) => list?.map(describeCondition))).toEqual([
      ['POST /a'],
      ['PUT /a'],
    ]);
  });

  test('a pair that comes or goes counts only if something gets through', () => {
    const one = MeshModel.from(mesh);
    const none = MeshModel.from(mesh.slice(0, 2));
    expect(compareAccess(none, one).map(({ kind, from }) => `${kind} ${from}`)).toEqual([
      'opened shop/client',
      'opened any identity of the trust domain',
      'opened outside',
    ]);
    expect(compareAccess(one, none).map(({ kind }) => kind)).toEqual(['closed', 'closed', 'closed']);
    const closed = MeshModel.from([...mesh, policy({})]);
    expect(compareAccess(none, closed)).toEqual([]);
  });

  test('a renamed Service port is the same port', () => {
    const renamed = [...mesh.slice(0, 3), service('server', [{ name: 'http-web', port: 80 }])];
    expect(compareAccess(MeshModel.from(mesh), MeshModel.from(renamed))).toEqual([]);
  });
});

describe('a door for callers that are no workload here', () => {
  const TD = 'cluster.local';
  const from = (source: object) => [policy({ rules: [{ from: [{ source }] }] })];
  const closed = [policy({})];
  const opened = (...after: readonly object[]) =>
    compareAccess(MeshModel.from([...mesh, ...closed]), MeshModel.from([...mesh, ...after]))
      .filter(({ kind, from: caller }) => kind === 'opened' && !caller.startsWith('shop/'))
      .map(({ from: caller }) => caller);

  test.each([
    ['a namespace', from({ namespaces: ['tools'] }), ['any identity of namespace tools']],
    ['namespaces with an asterisk', from({ namespaces: ['dev-*'] }), ['any identity of namespace dev-*']],
    [
      'every account of a namespace',
      from({ principals: [`${TD}/ns/tools/sa/*`] }),
      ['any identity of namespace tools'],
    ],
    [
      'every identity below a namespace',
      from({ principals: [`${TD}/ns/tools/*`] }),
      ['any identity of namespace tools'],
    ],
    ['the trust domain', from({ principals: [`${TD}/*`] }), ['any identity of the trust domain']],
    ['everybody with an identity', from({ principals: ['*'] }), ['any identity of the trust domain']],
    ['an account in any namespace', from({ principals: ['*/sa/prom'] }), ['any identity of service account prom']],
    [
      'accounts that begin alike',
      from({ principals: [`${TD}/ns/tools/sa/ci-*`] }),
      ['any identity of service account ci-* of namespace tools'],
    ],
    ['a ServiceAccount that runs nothing', from({ serviceAccounts: ['tools/ci'] }), [`spiffe://${TD}/ns/tools/sa/ci`]],
    [
      'a ServiceAccount of the policy’s own namespace',
      from({ serviceAccounts: ['ci'] }),
      [`spiffe://${TD}/ns/shop/sa/ci`],
    ],
    ['a path that Istio does not use', from({ principals: [`${TD}/bots/*`] }), [`any identity like ${TD}/bots/*`]],
    [
      'everybody but one namespace, callers without identity too',
      from({ notNamespaces: ['tools'] }),
      ['any identity of the trust domain', 'outside'],
    ],
    [
      'everybody but one identity',
      from({ notPrincipals: [`${TD}/ns/tools/sa/ci`] }),
      ['any identity of the trust domain', 'outside'],
    ],
    [
      'two fields at once',
      from({ principals: ['*/sa/prom'], namespaces: ['monitoring'] }),
      [`spiffe://${TD}/ns/monitoring/sa/prom`],
    ],
    [
      'a field beside a condition',
      [
        policy({
          rules: [
            {
              from: [{ source: { principals: [`${TD}/*`] } }],
              when: [{ key: 'source.namespace', values: ['tools'] }],
            },
          ],
        }),
      ],
      ['any identity of namespace tools'],
    ],
    ['nobody any more', [policy({ rules: [{}] })], ['any identity of the trust domain', 'outside']],
  ])('%s', (_, after, callers) => {
    expect(opened(...after)).toEqual(callers);
  });

  test('one namespace kept out is closed, not new', () => {
    const deny = policy({ action: 'DENY', rules: [{ from: [{ source: { namespaces: ['tools'] } }] }] });
    const changes = compareAccess(MeshModel.from(mesh), MeshModel.from([...mesh, deny]));
    expect(changes.map(({ kind, from: caller }) => `${kind} ${caller}`)).toEqual([
      'closed any identity of namespace tools',
    ]);
  });

  test('an exception that goes is seen, though the ALLOW rule stays', () => {
    const allowAll = policy({ rules: [{ from: [{ source: { principals: [`${TD}/*`] } }] }] });
    const deny = policy({ action: 'DENY', rules: [{ from: [{ source: { principals: [`${TD}/ns/tools/sa/*`] } }] }] });
    const changes = compareAccess(MeshModel.from([...mesh, allowAll, deny]), MeshModel.from([...mesh, allowAll]));
    expect(changes.map(({ kind, from: caller }) => `${kind} ${caller}`)).toEqual([
      'opened any identity of namespace tools',
    ]);
  });

  test('identities of another trust domain, as soon as servers accept it', () => {
    const accepts = meshConfig({ caCertificates: [{ pem: 'x', trustDomains: ['partner.example'] }] });
    const guests = from({ namespaces: ['tools'] });
    const changes = compareAccess(
      MeshModel.from([...mesh, accepts, ...closed]),
      MeshModel.from([...mesh, accepts, ...guests]),
    );
    expect(changes.map(({ from: caller }) => caller)).toEqual([
      'any identity of namespace tools',
      'any identity of namespace tools of trust domain partner.example',
    ]);
  });

  test('an alias of the trust domain that a pattern does not reach has a row of its own', () => {
    const aliased = meshConfig({ trustDomain: 'new.example', trustDomainAliases: ['old.example'] });
    const [old, now] = ['new.example/*', 'old.example/*'].map((pattern) =>
      MeshModel.from([...mesh, aliased, ...from({ principals: [pattern] })]),
    );
    if (!old || !now) throw new Error('two models');
    expect(compareAccess(old, now).map(({ kind, from: caller }) => `${kind} ${caller}`)).toEqual([
      'closed shop/client',
      'closed any identity of the trust domain',
      'opened any identity of trust domain old.example',
    ]);
  });
});

describe('changes as text', () => {
  const before = MeshModel.from([...mesh, ...allow(rule({ paths: ['/a|b'] }))]);
  const after = MeshModel.from([...mesh, policy({ rules: [{}] })]);
  const changes = compareAccess(before, after);

  test('what opens stands first', () => {
    const lines = changesToText(changes).trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['OPENED', 'OPENED', 'WIDENED']);
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

test('policies of a gateway that an installer makes are compared, though no Service behind it is among the manifests', () => {
  const operator = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'mesh', namespace: 'istio-system' },
    spec: { profile: 'default', meshConfig: { trustDomain: 'cluster.local' } },
  };
  const closed = policy(
    { selector: { matchLabels: { istio: 'ingressgateway' } }, action: 'DENY', rules: [{}] },
    { name: 'edge', namespace: 'istio-system' },
  );
  const server = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] };
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { istio: 'ingressgateway' }, servers: [server] },
  };
  const changes = compareAccess(MeshModel.from([operator, gateway, closed]), MeshModel.from([operator, gateway]));

  expect(changes).toContainEqual(
    expect.objectContaining({ from: 'outside', to: 'istio-system/istio-ingressgateway', kind: 'opened' }),
  );
});
