import { checkFiles } from '../../../../../lib/check';

const pods = (name: string, metadata = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}${metadata}}, spec: {containers: [{name: a, image: "a:1.0.0"}]}}}\n`;
const service = (name: string, port = 3306) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {app: ${name}}, ports: [{name: tcp, port: ${port}}]}\n`;
const peer = (spec: string, name = 'default', namespace = 'shop') =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n`;
const destination = (host: string, policy: string, name = 'd', namespace = 'shop') =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {host: "${host}", trafficPolicy: {${policy}}}\n`;

const DISABLE = 'tls: {mode: DISABLE}';
const MUTUAL = 'tls: {mode: ISTIO_MUTUAL}';
const DB = [pods('db'), service('db')];
const STRICT_DB = peer('selector: {matchLabels: {app: db}}, mtls: {mode: STRICT}', 'db');
const STRICT = peer('mtls: {mode: STRICT}');

const says = (rule: string, documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: [rule] }).map(({ found }) => found);

describe('clients told not to use mTLS', () => {
  const found = (...documents: readonly string[]) => says('destinationrule-tls-not-istio-mutual', documents);

  test.each([
    ['by a policy for its pods', 'db.shop.svc.cluster.local', STRICT_DB],
    [
      'at one of its ports',
      'db',
      peer('selector: {matchLabels: {app: db}}, portLevelMtls: {"3306": {mode: STRICT}}', 'db'),
    ],
    ['for a wildcard that covers it', '*.local', STRICT],
    ['for a wildcard of its namespace', '*.shop.svc.cluster.local', STRICT_DB],
    ['for every host', '*', STRICT],
  ])('meet a server that is strict %s', (_, host, policy) => {
    expect(found(...DB, policy, destination(host, DISABLE))).toEqual([`tls.mode for ${host} is DISABLE`]);
  });

  test('where only the Service is among the files, its namespace decides', () => {
    expect(found(service('db'), STRICT, destination('db', DISABLE))).toHaveLength(1);
    expect(found(service('db'), STRICT_DB, destination('db', DISABLE))).toEqual([]);
  });

  test('of its own namespace, whatever another namespace keeps for its own clients', () => {
    const elsewhere = destination('db.shop.svc.cluster.local', MUTUAL, 'd', 'front');

    expect(found(...DB, STRICT, destination('*.shop.svc.cluster.local', DISABLE), elsewhere)).toHaveLength(1);
  });

  test('by a subset of a rule whose traffic policy is not the one that counts', () => {
    const subset = `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: e, namespace: shop}\nspec: {host: db, subsets: [{name: v1, labels: {app: db}, trafficPolicy: {${DISABLE}}}]}\n`;

    expect(found(...DB, STRICT, destination('db', MUTUAL), subset)).toHaveLength(1);
  });

  test.each([
    ['a second rule for the host, whose traffic policy istiod drops', destination('db', DISABLE, 'e')],
    [
      'a rule of the root namespace where the namespace has one for the host',
      destination('db.shop.svc.cluster.local', DISABLE, 'root', 'istio-system'),
    ],
  ])('%s tells nobody anything', (_, dropped) => {
    const first = destination('db', MUTUAL).replace('spec: {', 'spec: {exportTo: ["*"], ');

    expect(found(...DB, STRICT, first, dropped.replace('spec: {', 'spec: {exportTo: ["*"], '))).toEqual([]);
  });

  test.each([
    [
      'a policy for other pods',
      [...DB, peer('selector: {matchLabels: {app: web}}, mtls: {mode: STRICT}', 'web'), destination('db', DISABLE)],
    ],
    [
      'a port that is an exception',
      [
        ...DB,
        peer('selector: {matchLabels: {app: db}}, mtls: {mode: STRICT}, portLevelMtls: {"3306": {mode: DISABLE}}'),
        destination('db', DISABLE),
      ],
    ],
    ['pods without a proxy', [pods('db', ', annotations: {sidecar.istio.io/inject: "false"}'), service('db'), STRICT]],
    ['a wildcard of hosts outside', [...DB, STRICT, destination('*.example.com', DISABLE)]],
    [
      'a wildcard, where the server has a rule of its own',
      [...DB, STRICT, destination('*.local', DISABLE), destination('db', MUTUAL, 'db')],
    ],
    [
      'settings whose only port has others',
      [
        ...DB,
        STRICT,
        destination('db', `${DISABLE}, portLevelSettings: [{port: {number: 3306}, tls: {mode: ISTIO_MUTUAL}}]`),
      ],
    ],
  ])('%s is nothing to warn about', (_, documents) => {
    const withRule = documents.some((one) => one.includes('DestinationRule'));
    expect(found(...documents, ...(withRule ? [] : [destination('db', DISABLE)]))).toEqual([]);
  });
});

describe('a strict server in a namespace whose clients send plain text', () => {
  const PLAIN = peer('mtls: {mode: DISABLE}');
  const found = (...documents: readonly string[]) => says('pa-namespace-disable-workload-strict', documents);

  test.each([
    ['another host', destination('elsewhere.other.svc.cluster.local', MUTUAL, 'd', 'other')],
    ['a Service of other pods', `${destination('web', MUTUAL)}---\n${service('web', 80)}`],
    ['another port', destination('db', 'portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]')],
    ['a wildcard of another namespace', destination('*.other.svc.cluster.local', MUTUAL)],
  ])('is not helped by a DestinationRule for %s', (_, rule) => {
    expect(found(...DB, PLAIN, STRICT_DB, rule)).toHaveLength(1);
  });

  test.each([
    ['for it', destination('db', MUTUAL)],
    ['for its port', destination('db', 'portLevelSettings: [{port: {number: 3306}, tls: {mode: ISTIO_MUTUAL}}]')],
    ['from another namespace', destination('db.shop.svc.cluster.local', MUTUAL, 'd', 'istio-system')],
    ['for all its namespace', destination('*.shop.svc.cluster.local', MUTUAL)],
    ['for the whole mesh', destination('*.local', MUTUAL, 'd', 'istio-system')],
  ])('is reached by a DestinationRule %s', (_, rule) => {
    expect(found(...DB, PLAIN, STRICT_DB, rule)).toEqual([]);
  });

  test('whose pods are not among the files may be what any DestinationRule for the namespace is about', () => {
    expect(found(PLAIN, STRICT_DB, destination('db', MUTUAL))).toEqual([]);
    expect(found(PLAIN, STRICT_DB, destination('*.local', MUTUAL))).toEqual([]);
    expect(found(PLAIN, STRICT_DB, destination('db.other.svc.cluster.local', MUTUAL))).toHaveLength(1);
  });
});

describe('of two traffic policies for one host', () => {
  const found = (...documents: readonly string[]) => says('destinationrule-policy-dropped', documents);
  const first = destination('db', 'connectionPool: {}', 'a');

  test('one is dropped, whatever the host is written like', () => {
    expect(found(first, destination('db.shop.svc.cluster.local', MUTUAL, 'b'))).toEqual([
      'DestinationRule "a" has a traffic policy for db.shop.svc.cluster.local too',
    ]);
  });

  test.each([
    ['another host', destination('web', MUTUAL, 'b')],
    ['another namespace', destination('db.shop.svc.cluster.local', MUTUAL, 'b', 'front')],
    ['other clients by export', destination('db', MUTUAL, 'b').replace('spec: {', 'spec: {exportTo: ["."], ')],
    ['clients it selects', destination('db', MUTUAL, 'b').replace('spec: {', 'spec: {workloadSelector: {}, ')],
    ['the same object', destination('db', MUTUAL, 'a')],
  ])('none is where the second is for %s', (_, second) => {
    expect(found(first, second)).toEqual([]);
  });
});

describe('settings of a port that the Service does not have', () => {
  const found = (...documents: readonly string[]) => says('destinationrule-port-missing', documents);
  const level = (port: number) => `portLevelSettings: [{port: {number: ${port}}, ${MUTUAL}}]`;

  test.each([
    ['the short name', 'db'],
    ['the host', 'db.shop.svc.cluster.local'],
  ])('are found where the rule has %s', (_, host) => {
    expect(found(service('db', 80), destination(host, level(3306)))).toEqual([
      'Service shop/db has no port 3306; it has 80',
    ]);
  });

  test('are found in subsets', () => {
    const rule = destination('db', MUTUAL).replace(
      'trafficPolicy:',
      `subsets: [{name: v1, trafficPolicy: {${level(1)}}}], trafficPolicy:`,
    );
    expect(found(service('db'), rule)).toHaveLength(1);
  });

  test.each([
    ['the Service has the port', [service('db'), destination('db', level(3306))]],
    ['the Service is not among the files', [destination('db', level(1))]],
    ['the host is a wildcard', [service('db'), destination('*.shop.svc.cluster.local', level(1))]],
    ['the Service is of another namespace', [service('db'), destination('db', level(1), 'd', 'front')]],
    ['there are two Services of the name', [service('db', 80), service('db', 81), destination('db', level(80))]],
    [
      'the Service is a name for another',
      [
        service('db', 80).replace('spec: {', 'spec: {type: ExternalName, externalName: a.example, '),
        destination('db', level(1)),
      ],
    ],
  ])('are nothing where %s', (_, documents) => {
    expect(found(...documents)).toEqual([]);
  });

  test('are nothing where kustomize patches the Service', () => {
    const files = [
      { file: 'a.yaml', text: [service('db', 80), destination('db', level(1))].join('---\n') },
      {
        file: 'kustomization.yaml',
        text: 'resources: [a.yaml]\npatches: [{target: {kind: Service}, patch: "- {op: remove, path: /a}"}]\n',
      },
    ];
    const [first] = files;
    expect(checkFiles(first ? [first] : [], { rules: ['destinationrule-port-missing'] })).toHaveLength(1);
    expect(checkFiles(files, { rules: ['destinationrule-port-missing'] })).toEqual([]);
  });
});
