import { largeMesh } from '../../../bench/large-mesh';
import { callGroups, FleetModel, groupsToJson, groupsToMarkdown, groupsToText, MeshModel } from '../../../lib/access';
import { PolicySet } from '../../../lib/analysis/policy/policy-set';
import { deployment, meshConfig, namespace, peerAuthentication, policy, service } from '../access/objects';
import { add, filesOf, installation, replace } from '../fleet/three-clusters';

const BASE = [meshConfig({ trustDomain: 'td.example' }), namespace('shop')];
const NAMES = ['a', 'b', 'c', 'd'];

/** Workloads, closed by default, and what opens them. */
function mesh(...objects: readonly object[]): MeshModel {
  const closed = policy({}, { name: 'deny-by-default' });
  return MeshModel.from([...BASE, ...NAMES.map((name) => deployment(name)), closed, ...objects]);
}

const identity = (name: string) => `td.example/ns/shop/sa/${name}`;

/** Lets one workload call another. */
function call(from: string, to: string, operation: object = {}): object {
  const rule = { from: [{ source: { principals: [identity(from)] } }], to: [{ operation }] };
  return policy({ selector: { matchLabels: { app: to } }, rules: [rule] });
}

const groups = (model: MeshModel, counted?: 'named') =>
  callGroups(model, counted && { counted }).groups.map((group) =>
    group.map((name) => name.replace('shop/', '')).join(' '),
  );

const gateway = (name: string) =>
  deployment(name, {
    labels: { istio: name },
    annotations: { 'inject.istio.io/templates': 'gateway' },
  });

describe('who moves together', () => {
  test('nobody with anybody whom no rule lets call', () => {
    expect(groups(mesh())).toEqual(['a', 'b', 'c', 'd']);
  });

  test('caller and callee, and whoever calls either', () => {
    expect(groups(mesh(call('a', 'b'), call('c', 'b')))).toEqual(['a b c', 'd']);
    expect(groups(mesh(call('d', 'a'), call('c', 'b')))).toEqual(['a d', 'b c']);
  });

  test.each([
    ['some requests', { methods: ['GET'], paths: ['/x'] }],
    ['a port that no container declares and no Service has', { ports: ['9999'] }],
    ['every port but one', { notPorts: ['80'] }],
    ['a host', { hosts: ['x.example.com'] }],
  ])('also if the call is for %s', (_, operation) => {
    expect(groups(mesh(call('a', 'b', operation)))).toEqual(['a b', 'c', 'd']);
  });

  test('what a DENY rule takes away whole is no call', () => {
    const deny = policy({ action: 'DENY', selector: { matchLabels: { app: 'b' } }, rules: [{}] });
    expect(groups(mesh(call('a', 'b'), deny))).toEqual(['a', 'b', 'c', 'd']);
    const some = policy({
      action: 'DENY',
      selector: { matchLabels: { app: 'b' } },
      rules: [{ to: [{ operation: { ports: ['80'] } }] }],
    });
    expect(groups(mesh(call('a', 'b'), some))).toEqual(['a b', 'c', 'd']);
  });

  test('everybody, where there is no ALLOW policy', () => {
    const open = MeshModel.from([...BASE, ...NAMES.map((name) => deployment(name)), call('a', 'b')]);

    expect(groups(open)).toEqual(['a b c d']);
    expect(groups(open, 'named')).toEqual(['a b c d']);
    expect(callGroups(open).unprotected).toEqual(['shop/a', 'shop/c', 'shop/d']);
  });

  test('callers that have moved already: that their certificates do not fit is what the groups are for', () => {
    const template = { spec: { volumes: [{ name: 'workload-socket', csi: { driver: 'csi.spiffe.io' } }] } };
    const overlay = {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'istio', namespace: 'istio-system' },
      spec: {
        meshConfig: { trustDomain: 'td.example' },
        values: { sidecarInjectorWebhook: { templates: { spire: JSON.stringify(template) } } },
      },
    };
    const moved = deployment('a', { annotations: { 'inject.istio.io/templates': 'sidecar,spire' } });
    const model = MeshModel.from([
      overlay,
      namespace('shop'),
      moved,
      deployment('b'),
      policy({}),
      call('a', 'b'),
      peerAuthentication({ mtls: { mode: 'STRICT' } }),
    ]);

    expect(model.decide({ from: 'shop/a', to: 'shop/b', port: 80 }).verdict).not.toBe('allowed');
    expect(groups(model)).toContain('a b');
  });

  test('callers without a certificate move with nobody, and are named', () => {
    const bare = deployment('prometheus', { labels: { 'sidecar.istio.io/inject': 'false' } });
    const found = callGroups(mesh(call('prometheus', 'b'), bare));

    expect(found.groups.flat()).not.toContain('shop/prometheus');
    expect(found.aside).toEqual([{ workload: 'shop/prometheus', because: expect.any(String) }]);
  });

  test('what the evaluator does not know is called by everybody', () => {
    const ambient = MeshModel.from([
      ...BASE,
      namespace('ztunneled', { 'istio.io/dataplane-mode': 'ambient' }),
      ...NAMES.map((name) => deployment(name)),
      deployment('z', { namespace: 'ztunneled' }),
      policy({}),
      policy({}, { namespace: 'ztunneled' }),
    ]);

    expect(callGroups(ambient).groups).toHaveLength(1);
    expect(callGroups(ambient).notEvaluated).toEqual([expect.stringMatching(/^ztunneled\/z: /)]);
  });
});

describe('rules that name no caller', () => {
  const metrics = policy({
    selector: { matchLabels: { app: 'b' } },
    rules: [{ to: [{ operation: { ports: ['9090'], paths: ['/metrics'] } }] }],
  });

  test('join everybody, unless only named callers count', () => {
    const model = mesh(metrics, call('a', 'b'));

    expect(groups(model)).toEqual(['a b c d']);
    expect(groups(model, 'named')).toEqual(['a b', 'c', 'd']);
    expect(callGroups(model, { counted: 'named' }).open).toEqual(['shop/b']);
  });

  test('that leave identities out join nobody: a namespace on its way into the mesh', () => {
    const plaintext = policy({ rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] });
    expect(groups(mesh(plaintext, call('a', 'b')))).toEqual(['a b', 'c', 'd']);
  });

  test('a set of callers is a name too', () => {
    const anybody = policy({
      selector: { matchLabels: { app: 'b' } },
      rules: [{ from: [{ source: { namespaces: ['shop'] } }] }],
    });
    expect(groups(mesh(anybody), 'named')).toEqual(['a b c d']);
  });
});

describe('gateways', () => {
  const edge = (...calls: readonly object[]) => mesh(gateway('edge'), ...calls);
  const gatewayObject = (tls: object) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      selector: { istio: 'edge' },
      servers: [{ port: { number: 443, name: 'tls', protocol: 'HTTPS' }, hosts: ['*'], tls }],
    },
  });
  // Without policies on it, as gateways mostly are.
  const unprotected = (...objects: readonly object[]) =>
    MeshModel.from([
      ...BASE,
      namespace('edge'),
      ...NAMES.map((name) => deployment(name)),
      deployment('edge', {
        namespace: 'edge',
        labels: { istio: 'edge' },
        annotations: { 'inject.istio.io/templates': 'gateway' },
      }),
      policy({}),
      ...objects,
    ]);

  test('hold groups together, and are named for it', () => {
    const { groups: found, joints } = callGroups(edge(call('edge', 'a'), call('edge', 'b'), call('b', 'c')));

    expect(found).toEqual([['shop/a', 'shop/b', 'shop/c', 'shop/edge'], ['shop/d']]);
    expect(joints).toEqual([{ gateway: 'shop/edge', parts: [['shop/a'], ['shop/b', 'shop/c']] }]);
  });

  test('are not named where the group stays one without them', () => {
    expect(callGroups(edge(call('edge', 'a'), call('edge', 'b'), call('a', 'b'))).joints).toEqual([]);
  });

  test('show strangers other certificates, so who may call them is no matter', () => {
    const simple = unprotected(gatewayObject({ mode: 'SIMPLE', credentialName: 'x' }));
    expect(callGroups(simple).groups).toHaveLength(5);
  });

  test('that ask for the mesh’s certificates are called like any other', () => {
    expect(callGroups(unprotected(gatewayObject({ mode: 'ISTIO_MUTUAL' }))).groups).toHaveLength(1);
  });
});

test('a Service whose pods are elsewhere is named as not looked at', () => {
  const remote = service('remote', [{ name: 'http', port: 80 }]);
  expect(callGroups(mesh(remote)).notEvaluated).toEqual(['Service shop/remote: its pods are not in the manifests']);
});

test('without a trust domain there is no answer where policies name one', () => {
  const model = MeshModel.from([namespace('shop'), deployment('a'), call('a', 'a')]);
  expect(() => callGroups(model)).toThrow(/whether td\.example is the mesh’s trust domain/);
});

test('twice the workloads are four times the work', () => {
  const work = (count: number) => {
    const decide = jest.spyOn(PolicySet.prototype, 'decide');
    callGroups(MeshModel.from([...largeMesh(count), policy({}, { namespace: 'team-0' })]));
    const calls = decide.mock.calls.length;
    decide.mockRestore();
    return calls;
  };
  expect(work(80) / work(40)).toBeLessThan(4.6);
});

describe('printed', () => {
  const found = callGroups(mesh(gateway('edge'), call('edge', 'a'), call('edge', 'b')));

  test('as text: what may move alone, and what stands in the way', () => {
    expect(groupsToText(found)).toBe(
      [
        '3 groups, by all calls that policies allow: each can be migrated separately',
        '',
        '1  shop/a, shop/b, shop/edge',
        '2  shop/c',
        '3  shop/d',
        '',
        'without its gateway, a group would split:',
        '   shop/edge: shop/a | shop/b',
        '',
      ].join('\n'),
    );
  });

  test('as Markdown and JSON', () => {
    expect(groupsToMarkdown(found)).toContain('\n1. shop/a, shop/b, shop/edge\n2. shop/c\n');
    expect(JSON.parse(groupsToJson(found))).toMatchObject({ counted: 'possible', groups: found.groups });
  });

  test('one group is said to move together', () => {
    expect(groupsToText(callGroups(MeshModel.from([...BASE, deployment('a')])))).toContain(
      '1 group, by all calls that policies allow: migrate everything together',
    );
  });
});

describe('several clusters', () => {
  const joined = (changes?: Parameters<typeof filesOf>[0], counted: 'named' | 'possible' = 'named') =>
    callGroups(FleetModel.from(filesOf(changes)), { counted }).groups;
  const groupOf = (all: readonly (readonly string[])[], name: string) =>
    all.find((group) => group.includes(name)) ?? [];

  test('a caller of another cluster of the mesh is in the group of whom it calls', () => {
    const group = groupOf(joined(), 'us-1:shop/carts');
    expect(group).toEqual(expect.arrayContaining(['eu-1:own/reporter', 'eu-1:shop/web', 'us-1:shop/web']));
    expect(group.filter((name) => name.startsWith('staging:'))).toEqual([]);
  });

  test('another mesh moves on its own, even where its policies let everybody in', () => {
    const open = policy({ rules: [{}] }, { name: 'open' });
    const all = joined({ 'staging/more.yaml': add(open), 'us-1/more.yaml': add(open) }, 'possible');
    const group = groupOf(all, 'staging:shop/carts');
    expect(group).toContain('staging:shop/web');
    expect(group.filter((name) => !name.startsWith('staging:'))).toEqual([]);
    expect(groupOf(all, 'us-1:shop/carts')).toContain('eu-1:shop/stats');
  });

  test('clusters that do not say which mesh they are part of may be one', () => {
    const all = joined({
      ...installation('staging', replace('meshID: acme-staging.teleport.sh', 'unused: x')),
      'staging/more.yaml': add(policy({ rules: [{ from: [{ source: { namespaces: ['own'] } }] }] }, { name: 'own' })),
    });
    expect(groupOf(all, 'staging:shop/carts')).toContain('eu-1:own/reporter');
  });

  test('a Service whose pods are in another cluster is looked at there', () => {
    expect(callGroups(FleetModel.from(filesOf())).notEvaluated).toEqual([]);
    const alone = new Map([...filesOf()].filter(([file]) => !file.startsWith('us-1/')));
    expect(callGroups(FleetModel.from(alone)).notEvaluated).toEqual([
      'Service eu-1:shop/carts: its pods are not in the manifests',
    ]);
  });
});
