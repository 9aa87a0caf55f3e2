import { decide, describeRequestProblem, type EgressAnswer, MeshModel } from '../../../lib/access';
import { deployment, meshConfig, namespace, policy, service } from '../access/objects';

const HOST = 'api.stripe.com';
const BASE = [namespace('shop'), deployment('web'), deployment('api'), service('api', [{ name: 'http', port: 80 }])];
const OPEN = [...BASE, meshConfig({ trustDomain: 'cluster.local' })];
const CLOSED = [
  ...BASE,
  meshConfig({ trustDomain: 'cluster.local', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }),
];

/** A mesh that blocks, of which one pod has annotations. */
const closedWith = (annotations: Record<string, string>) => [
  namespace('shop'),
  deployment('web', { annotations }),
  meshConfig({ outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }),
];

const istio = (kind: string, name: string, spec: object, metadata: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  spec,
});
const entry = (spec: object = {}, metadata: object = {}) =>
  istio(
    'ServiceEntry',
    'stripe',
    { hosts: [HOST], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS', ...spec },
    metadata,
  );

function ask(objects: readonly object[], to = HOST, from = 'shop/web'): EgressAnswer {
  const answer = decide(MeshModel.from(objects), { from, to });
  if (answer.verdict !== 'unanswerable' || answer.kind !== 'outside-the-mesh') throw new Error(JSON.stringify(answer));
  expect(describeRequestProblem(answer)).toContain('AuthorizationPolicies apply to inbound traffic only');
  return answer.egress;
}

const closedSidecar = (egress?: object, metadata: object = {}) =>
  istio('Sidecar', 'default', { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, ...egress }, metadata);

test.each<[string, readonly object[], EgressAnswer['reach'], string]>([
  ['Istio’s default lets unknown hosts through', OPEN, 'reachable', 'is ALLOW_ANY'],
  ['without an installation nothing is known', BASE, 'unknown', 'the files contain no Istio installation'],
  ['REGISTRY_ONLY', CLOSED, 'blocked', 'outboundTrafficPolicy of the mesh is REGISTRY_ONLY'],
  [
    'a policy without a mode is not guessed',
    [...BASE, meshConfig({ outboundTrafficPolicy: {} })],
    'unknown',
    'has no valid mode',
  ],
  ['a ServiceEntry makes a host known', [...CLOSED, entry()], 'reachable', 'ServiceEntry shop/stripe'],
  ['so does its wildcard', [...CLOSED, entry({ hosts: ['*.stripe.com'] })], 'reachable', 'ServiceEntry shop/stripe'],
  ['not for another host', [...CLOSED, entry({ hosts: ['stripe.com'] })], 'blocked', 'REGISTRY_ONLY'],
  [
    'one of another namespace is for all',
    [...CLOSED, entry({}, { namespace: 'other' })],
    'reachable',
    'ServiceEntry other/stripe',
  ],
  [
    'with endpoints that are listed nowhere the proxy has nowhere to send it',
    [...OPEN, entry({ resolution: 'STATIC' })],
    'blocked',
    'no endpoints',
  ],
  [
    'with a list of endpoints it has',
    [...OPEN, entry({ resolution: 'STATIC', endpoints: [{ address: '192.0.2.1' }] })],
    'reachable',
    'ServiceEntry shop/stripe',
  ],
  [
    'unless it is exported to its own alone',
    [...CLOSED, entry({ exportTo: ['.'] }, { namespace: 'other' })],
    'blocked',
    'REGISTRY_ONLY',
  ],
  ['a Sidecar closes what the mesh leaves open', [...OPEN, closedSidecar()], 'blocked', 'Sidecar shop/default'],
  [
    'a Sidecar with an empty policy is REGISTRY_ONLY',
    [...OPEN, istio('Sidecar', 'default', { outboundTrafficPolicy: {} })],
    'blocked',
    'Sidecar shop/default',
  ],
  [
    'a Sidecar for other workloads says nothing',
    [...OPEN, closedSidecar({ workloadSelector: { labels: { app: 'api' } } })],
    'reachable',
    'ALLOW_ANY',
  ],
  [
    'one of the root namespace is for namespaces without their own',
    [...OPEN, closedSidecar({}, { namespace: 'istio-system' })],
    'blocked',
    'Sidecar istio-system/default',
  ],
  [
    'a Sidecar that imports its own namespace sees its ServiceEntries',
    [...OPEN, closedSidecar({ egress: [{ hosts: ['./*'] }] }), entry()],
    'reachable',
    'ServiceEntry shop/stripe',
  ],
  [
    'and none of others',
    [...OPEN, closedSidecar({ egress: [{ hosts: ['./*'] }] }), entry({}, { namespace: 'other' })],
    'blocked',
    'Sidecar shop/default',
  ],
  [
    'a waypoint enforces policies',
    [...OPEN, entry({}, { labels: { 'istio.io/use-waypoint': 'egress' } })],
    'unknown',
    'waypoint egress',
  ],
  [
    'an egress gateway does too',
    [
      ...CLOSED,
      entry(),
      istio('VirtualService', 'out', {
        hosts: [HOST],
        gateways: ['mesh', 'egress'],
        tls: [{ route: [{ destination: { host: 'istio-egressgateway.istio-system.svc.cluster.local' } }] }],
      }),
    ],
    'unknown',
    'istio-egressgateway.istio-system',
  ],
  [
    'a route of another namespace that the mesh keeps there is not for the caller',
    [
      ...BASE,
      meshConfig({ trustDomain: 'cluster.local', defaultVirtualServiceExportTo: ['.'] }),
      istio(
        'VirtualService',
        'out',
        {
          hosts: [HOST],
          tls: [{ route: [{ destination: { host: 'istio-egressgateway.istio-system.svc.cluster.local' } }] }],
        },
        { namespace: 'other' },
      ),
    ],
    'reachable',
    'ALLOW_ANY',
  ],
  [
    'a route to the host itself is not a detour',
    [
      ...CLOSED,
      entry(),
      istio('VirtualService', 'out', { hosts: [HOST], tls: [{ route: [{ destination: { host: HOST } }] }] }),
    ],
    'reachable',
    'ServiceEntry',
  ],
  [
    'workloads behind a ServiceEntry have proxies of their own',
    [...OPEN, entry({ location: 'MESH_INTERNAL' })],
    'unknown',
    'ask about the workload',
  ],
  [
    'a NetworkPolicy is not evaluated',
    [
      ...OPEN,
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'closed', namespace: 'shop' },
        spec: { podSelector: {}, policyTypes: ['Egress'] },
      },
    ],
    'unknown',
    'NetworkPolicy shop/closed',
  ],
  [
    'traffic that the whole mesh lets pass proxies by',
    [
      ...BASE,
      {
        apiVersion: 'install.istio.io/v1alpha1',
        kind: 'IstioOperator',
        metadata: { name: 'mesh', namespace: 'istio-system' },
        spec: {
          meshConfig: { trustDomain: 'cluster.local', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
          values: { global: { proxy: { includeIPRanges: '10.0.0.0/8' } } },
        },
      },
    ],
    'unknown',
    'global.proxy.includeIPRanges',
  ],
  [
    'all traffic that the mesh keeps from proxies',
    [
      ...BASE,
      meshConfig({
        trustDomain: 'cluster.local',
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        defaultConfig: { interceptionMode: 'NONE' },
      }),
    ],
    'unknown',
    'interceptionMode',
  ],
  [
    'or one pod by the configuration of its proxy',
    closedWith({ 'proxy.istio.io/config': 'interceptionMode: NONE' }),
    'unknown',
    'interceptionMode',
  ],
  [
    'two Sidecars, of which the older counts',
    [...OPEN, closedSidecar(), istio('Sidecar', 'open', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } })],
    'unknown',
    'Sidecar shop/open may be older',
  ],
  [
    'two Sidecars that say the same',
    [...OPEN, closedSidecar(), { ...closedSidecar(), metadata: { name: 'second', namespace: 'shop' } }],
    'blocked',
    'REGISTRY_ONLY',
  ],
  [
    'the older of two Sidecars',
    [
      ...OPEN,
      closedSidecar({}, { creationTimestamp: '2026-02-01T00:00:00Z' }),
      istio(
        'Sidecar',
        'open',
        { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } },
        { creationTimestamp: '2026-01-01T00:00:00Z' },
      ),
    ],
    'reachable',
    'ALLOW_ANY',
  ],
  [
    'a range that holds everything',
    closedWith({ 'traffic.sidecar.istio.io/includeOutboundIPRanges': '*' }),
    'blocked',
    'REGISTRY_ONLY',
  ],
  [
    'endpoints that are listed nowhere, for traffic that passes the proxy by',
    [
      namespace('shop'),
      deployment('web', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' } }),
      meshConfig({ trustDomain: 'cluster.local' }),
      entry({ resolution: 'STATIC' }),
    ],
    'unknown',
    'excludeOutboundPorts',
  ],
  [
    'traffic that passes the proxy by',
    closedWith({ 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' }),
    'unknown',
    'excludeOutboundPorts',
  ],
  [
    'a plain TCP entry listens for everybody',
    [...CLOSED, entry({ hosts: ['db.example'], ports: [{ number: 443, name: 'tcp', protocol: 'TCP' }] })],
    'unknown',
    'whatever the host',
  ],
  [
    'no proxy, nothing in the way',
    [namespace('shop', {}), deployment('web'), meshConfig({ outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } })],
    'reachable',
    'the caller has no proxy',
  ],
])('%s', (_, objects, reach, because) => {
  const answer = ask(objects);

  expect(answer).toMatchObject({ reach, host: HOST });
  expect(answer.because).toContain(because);
});

test('policies of the mesh say nothing about it', () => {
  expect(ask([...OPEN, policy({})]).reach).toBe('reachable');
});

test.each<[string, EgressAnswer['reach']]>([
  [`${HOST}:443`, 'reachable'],
  [`${HOST}:8443`, 'blocked'],
  [`https://${HOST}/v1/charges`, 'reachable'],
  [`http://${HOST}`, 'blocked'],
  [HOST.toUpperCase(), 'reachable'],
])('%s is %s where port 443 of the host is known', (to, reach) => {
  expect(ask([...CLOSED, entry()], to).reach).toBe(reach);
});

test('a policy that targets the ServiceEntry is named with what would enforce it', () => {
  const targeted = policy(
    {
      targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'stripe' }],
      action: 'DENY',
      rules: [{}],
    },
    { name: 'closed' },
  );

  expect(ask([...OPEN, entry(), targeted]).notes).toContainEqual(
    expect.stringMatching(/shop\/closed: only a waypoint/),
  );
});

test.each(['outside', 'spiffe://cluster.local/ns/shop/sa/other'])('for %s it is not known', (from) => {
  expect(ask(OPEN, HOST, from).reach).toBe('unknown');
});

test.each(['outside', 'shop/web'])('for %s a host that a Gateway serves leads back into the mesh', (from) => {
  const route = istio('VirtualService', 'api', {
    hosts: ['api.example.com'],
    gateways: ['edge'],
    http: [{ route: [{ destination: { host: 'api' } }] }],
  });

  expect(ask([...OPEN, route], 'api.example.com', from)).toMatchObject({
    reach: 'unknown',
    because: expect.stringContaining('ask about outside → shop/api'),
  });
});

test('an address is not taken for a host of the world', () => {
  expect(ask(OPEN, '10.0.0.1').reach).toBe('unknown');
});

test.each(['wbe.shop', 'missing.shop.svc.cluster.local', 'missing.shop.svc', 'shop/missing', 'missing'])(
  '%s is a Service that is not there',
  (to) => {
    expect(decide(MeshModel.from(OPEN), { from: 'shop/web', to })).toMatchObject({ kind: 'unknown-workload' });
  },
);

test('a Service is decided by policies, whatever its host looks like', () => {
  expect(decide(MeshModel.from(OPEN), { from: 'shop/web', to: 'api.shop.svc.cluster.local' }).verdict).toBe('allowed');
});
