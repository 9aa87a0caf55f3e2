import { extent } from '../thorough';
import { type Document, HostileProject } from './hostile-project';

/** Repaints the line, starts commands of a CI's log, reverses the direction of writing, and forges a line of its own. */
const EVIL = 'x\u001b[2K\u001b[32mALLOWED\u009b31m\u202e\u2066\n::error file=a::forged\nFORGED\r\u0085\u2028\u200b';

const SEEN_WITHOUT_BEING_SHOWN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const meta = (name: string, labels = {}) => ({ name: `${name}${EVIL}`, namespace: `shop${EVIL}`, labels });

function documents(access: string): readonly Document[] {
  return [
    {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: meta('istio'),
      spec: {
        tag: EVIL,
        hub: EVIL,
        meshConfig: { trustDomain: 'td.example', extensionProviders: [{ name: EVIL }], trustDomainAliases: [EVIL] },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `shop${EVIL}`, labels: { 'istio-injection': 'enabled', [EVIL]: EVIL } },
    },
    ...['web', 'carts'].flatMap((app) => [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta(app) },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: meta(app),
        spec: { selector: { app }, ports: [{ name: `http-${EVIL}`, port: 80, targetPort: EVIL, appProtocol: EVIL }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: meta(app, { [EVIL]: EVIL }),
        spec: {
          selector: { matchLabels: { app } },
          template: {
            metadata: { labels: { app }, annotations: { 'inject.istio.io/templates': EVIL, [EVIL]: EVIL } },
            spec: {
              serviceAccountName: `${app}${EVIL}`,
              containers: [{ name: EVIL, image: EVIL, ports: [{ name: EVIL, containerPort: 80 }] }],
              volumes: [{ name: EVIL, hostPath: { path: EVIL } }],
            },
          },
        },
      },
    ]),
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: meta('carts'),
      spec: {
        action: access,
        selector: { matchLabels: { app: 'carts' } },
        rules: [
          {
            from: [
              {
                source: {
                  principals: [`td.example/ns/shop${EVIL}/sa/web${EVIL}`],
                  namespaces: [EVIL],
                  ipBlocks: [EVIL],
                  requestPrincipals: [EVIL],
                },
              },
            ],
            to: [{ operation: { methods: [EVIL], paths: [`/${EVIL}`], hosts: [EVIL], ports: [EVIL] } }],
            when: [
              { key: `request.headers[${EVIL}]`, values: [EVIL] },
              { key: EVIL, values: [EVIL] },
              { key: 'request.auth.claims[x]', notValues: [EVIL] },
            ],
          },
          { from: [{ source: { principals: [`td.example/ns/shop${EVIL}/sa/web${EVIL}`] } }] },
        ],
        targetRefs: undefined,
        [EVIL]: EVIL,
      },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: meta('custom'),
      spec: { action: 'CUSTOM', provider: { name: EVIL }, rules: [{}] },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: meta('mtls'),
      spec: { mtls: { mode: EVIL } },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: meta('jwt'),
      spec: { jwtRules: [{ issuer: EVIL, jwksUri: EVIL }] },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: meta('dr'),
      spec: { host: EVIL, trafficPolicy: { tls: { mode: EVIL } } },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: meta('gw'),
      spec: {
        selector: { istio: EVIL },
        servers: [{ hosts: [EVIL], port: { number: 80, name: EVIL, protocol: EVIL } }],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: meta('vs'),
      spec: { hosts: [EVIL], gateways: [EVIL], http: [{ route: [{ destination: { host: `carts${EVIL}` } }] }] },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('tbot'),
      data: {
        [`${EVIL}.yaml`]: `proxy_server: ${JSON.stringify(EVIL)}\nonboarding: {join_method: ${JSON.stringify(EVIL)}}\n`,
      },
    },
    { apiVersion: `${EVIL}/v1`, kind: EVIL, metadata: meta('kind'), spec: {} },
    {
      kind: 'workload_identity',
      version: 'v1',
      metadata: { name: EVIL },
      spec: { spiffe: { id: EVIL }, rules: { allow: [{ conditions: [{ attribute: EVIL, eq: { value: EVIL } }] }] } },
    },
    {
      kind: 'token',
      version: 'v2',
      metadata: { name: EVIL },
      spec: { join_method: EVIL, bot_name: EVIL, roles: [EVIL] },
    },
    { kind: 'role', version: 'v7', metadata: { name: EVIL }, spec: { allow: { [EVIL]: EVIL } } },
    { kind: 'bot', version: 'v1', metadata: { name: EVIL }, spec: { roles: [EVIL] } },
    { apiVersion: 'v1', kind: 'Broken', [EVIL]: EVIL },
  ];
}

const project = new HostileProject({
  before: documents('DENY'),
  after: documents('ALLOW'),
  broken: {
    [`all ${EVIL.replaceAll('/', '')}.yaml`]: JSON.stringify(documents('ALLOW')[1]),
    'broken\u202e\n::error::x.yaml': 'kind: [\u001b',
  },
  said: EVIL,
  given: EVIL,
  from: `shop${EVIL}/web${EVIL}`,
  to: `shop${EVIL}/carts${EVIL}`,
});
afterAll(() => project.remove());

const LINES: readonly (readonly string[])[] = [
  ...project.invocations,
  ['check', 'after', '--rule', EVIL],
  [EVIL.replaceAll('\n', '')],
  ['check', `missing${EVIL}`],
];

// Every second line for every change, all of them when everything is gone through.
test.each(
  LINES.filter((_, index) => index % extent(2, 1) === 0).map(
    (args) => [args.join(' ').replaceAll(EVIL, 'EVIL'), args] as const,
  ),
)('%s: nothing from a file, a cluster or the command line repaints, hides or forges a line', async (_, args) => {
  const { stdout, stderr } = await project.run(args);
  const lines = `${stdout}${stderr}`.split('\n');

  expect(lines.filter((line) => SEEN_WITHOUT_BEING_SHOWN.test(line))).toEqual([]);
  expect(lines.filter((line) => /^\s*(?:FORGED|::(?:error|warning) file=a::)/.test(line))).toEqual([]);
});
