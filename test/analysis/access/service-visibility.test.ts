import { type AccessRequest, accessMatrix, MeshModel } from '../../../lib/access';
import { ask, deployment, meshConfig, namespace, peerAuthentication, service } from './objects';
import { istio, MESH, ROUTED } from './routed-mesh';

const HOST = 'api.shop.svc.cluster.local';
const HTTP = [{ name: 'http', port: 80 }];
const TWO = [
  namespace('shop'),
  namespace('front'),
  deployment('web', { namespace: 'front' }),
  deployment('api'),
  service('api', HTTP),
];
const STRICT = peerAuthentication({ mtls: { mode: 'STRICT' } });
const CLOSED = meshConfig({ trustDomain: 'cluster.local', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
const OPEN = meshConfig({ trustDomain: 'cluster.local' });
const sidecar = (egress: readonly object[] | undefined, at = 'front', spec: object = {}) =>
  istio('Sidecar', 'default', { ...(egress && { egress }), ...spec }, at);
const exported = (to: string) => ({
  ...service('api', HTTP),
  metadata: { name: 'api', namespace: 'shop', annotations: { 'networking.istio.io/exportTo': to } },
});
const asked = (objects: readonly object[], request: Partial<AccessRequest> = {}) =>
  ask(MeshModel.from(objects), { from: 'front/web', to: 'shop/api', port: 80, ...request });
const listener = (...hosts: readonly string[]) => ({ hosts });

test.each<[string, readonly object[], string]>([
  ['no Sidecar', [], 'allowed'],
  ['its own namespace only', [sidecar([listener('./*')])], 'denied'],
  ['the Service’s namespace', [sidecar([listener('./*'), listener('shop/*')])], 'allowed'],
  ['the host of any namespace', [sidecar([listener(`*/${HOST}`)])], 'allowed'],
  ['another host of the namespace', [sidecar([listener('shop/db.shop.svc.cluster.local')])], 'denied'],
  ['nothing', [sidecar([listener('~/*')])], 'denied'],
  ['the namespace at the Service’s port', [sidecar([{ port: { number: 80 }, hosts: ['shop/*'] }])], 'allowed'],
  ['the namespace at another port', [sidecar([{ port: { number: 81 }, hosts: ['shop/*'] }])], 'denied'],
  ['everything, with ingress listeners', [sidecar(undefined)], 'allowed'],
  ['what is not namespace/host', [sidecar([listener('shop')])], 'denied'],
  ['its own namespace, by the mesh’s Sidecar', [sidecar([listener('./*')], 'istio-system')], 'denied'],
  [
    'the Service’s namespace, by its own Sidecar before the mesh’s',
    [sidecar([listener('./*')], 'istio-system'), sidecar([listener('shop/*')])],
    'allowed',
  ],
  ['its own namespace, by a Sidecar that may be the older of two', [sidecar([listener('./*')]), second()], 'depends'],
  ['its own namespace, by a Sidecar for other pods', [sidecar([listener('./*')], 'front', FOR('other'))], 'allowed'],
  ['its own namespace, by a Sidecar for these pods', [sidecar([listener('./*')], 'front', FOR('web'))], 'denied'],
])('where the caller’s Sidecar imports %s, a STRICT callee is reached or not', (_, sidecars, expected) => {
  expect(asked([...TWO, OPEN, STRICT, ...sidecars]).verdict).toBe(expected);
});

function second(): object {
  return { ...sidecar([listener('shop/*')]), metadata: { name: 'second', namespace: 'front' } };
}

function FOR(app: string): object {
  return { workloadSelector: { labels: { app } } };
}

test('the mesh’s Sidecar imports for each namespace its own Services', () => {
  const own = [namespace('shop'), deployment('web'), deployment('api'), service('api', HTTP)];
  const all = [...own, OPEN, STRICT, sidecar([listener('./*')], 'istio-system')];

  expect(asked(all, { from: 'shop/web' }).verdict).toBe('allowed');
});

test('what is not imported is sent on in plain text: a callee that takes that sees no identity', () => {
  const { verdict, connection } = asked([...TWO, OPEN, sidecar([listener('./*')])]);

  expect(verdict).toBe('allowed');
  expect(connection).toMatchObject({ clientSpeaks: 'plain-text', callerIdentity: null });
});

test('with REGISTRY_ONLY it is sent nowhere, and the Sidecar is what decides', () => {
  const { verdict, connection, decidedBy } = asked([...TWO, CLOSED, sidecar([listener('./*')])]);

  expect(verdict).toBe('denied');
  expect(connection?.failure).toMatchObject({ kind: 'callee-unknown-to-caller' });
  expect(decidedBy).toMatchObject({ manifest: { kind: 'Sidecar' }, pointer: '/spec/egress' });
});

test('the Sidecar’s own mode is before the mesh’s', () => {
  const open = sidecar([listener('./*')], 'front', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } });

  expect(asked([...TWO, CLOSED, open]).verdict).toBe('allowed');
});

test('without an installation the answer says what it takes the mode to be', () => {
  const { assumptions } = asked([...TWO, sidecar([listener('./*')])]);

  expect(assumptions.join('\n')).toContain('outboundTrafficPolicy is ALLOW_ANY');
});

test.each<[string, readonly object[]]>([
  ['hosts it leaves out', [sidecar([listener('shop/*', `~shop/${HOST}`)])]],
  ['a proxy that clients must ask', [sidecar([{ ...listener('shop/*'), captureMode: 'NONE' }])]],
  ['an HTTP proxy', [sidecar([{ ...listener('shop/*'), port: { number: 3128, protocol: 'HTTP_PROXY' } }])]],
  [
    'a proxy for what it does not import',
    [
      sidecar([listener('./*')], 'front', {
        outboundTrafficPolicy: { mode: 'ALLOW_ANY', egressProxy: { host: 'out' } },
      }),
    ],
  ],
  [
    'a route that brings the host',
    [sidecar([listener('./*')]), istio('VirtualService', 'api', { hosts: [HOST] }, 'front')],
  ],
])('a Sidecar with %s leaves the answer open', (_, objects) => {
  const { verdict, reason } = asked([...TWO, OPEN, STRICT, ...objects]);

  expect([verdict, reason.kind]).toEqual(['depends', 'not-evaluated']);
});

test('a route of a gateway brings no host to a sidecar', () => {
  const route = istio('VirtualService', 'api', { hosts: [HOST], gateways: ['edge'] }, 'front');

  expect(asked([...TWO, OPEN, STRICT, sidecar([listener('./*')]), route]).verdict).toBe('denied');
});

test.each<[string, object, string]>([
  ['its own namespace', exported('.'), 'denied'],
  ['nobody', exported('~'), 'denied'],
  ['everybody', exported('*'), 'allowed'],
  ['namespaces with the caller’s', exported('other, front'), 'allowed'],
  ['other namespaces', exported('other'), 'denied'],
])('a Service exported to %s', (_, api, expected) => {
  expect(asked([...TWO.slice(0, -1), api, OPEN, STRICT]).verdict).toBe(expected);
});

test('meshConfig.defaultServiceExportTo is for Services that say nothing', () => {
  const closed = meshConfig({ trustDomain: 'cluster.local', defaultServiceExportTo: ['.'] });

  expect(asked([...TWO, closed, STRICT]).verdict).toBe('denied');
  expect(asked([...TWO.slice(0, -1), exported('front'), closed, STRICT]).verdict).toBe('allowed');
});

test('the Sidecar of a gateway’s namespace is not for the gateway', () => {
  const all = [...ROUTED, sidecar([listener('./*')], 'istio-system')];

  expect(
    ask(MeshModel.from(all), { from: 'istio-system/istio-ingressgateway', to: 'shop/web', port: 80 }).verdict,
  ).toBe('allowed');
});

test('a gateway sends nothing to a Service that is not exported to its namespace', () => {
  const hidden = {
    ...service('web', HTTP),
    metadata: { name: 'web', namespace: 'shop', annotations: { 'networking.istio.io/exportTo': '.' } },
  };
  const all = [
    ...MESH.filter(
      (one) => JSON.stringify(one) !== JSON.stringify(service('web', [{ name: 'http', port: 80, targetPort: 8080 }])),
    ),
    hidden,
  ];

  expect(all).toHaveLength(MESH.length);

  const { connection } = ask(MeshModel.from(all), {
    from: 'istio-system/istio-ingressgateway',
    to: 'shop/web',
    port: 80,
  });
  expect(connection?.failure?.kind).toBe('callee-unknown-to-caller');
});

test('the table tells Services apart that only a Sidecar tells apart', () => {
  const twin = service('twin', HTTP, { spec: { selector: { app: 'api' } } });
  const all = [...TWO, twin, OPEN, STRICT, sidecar([listener(`shop/${HOST}`)])];
  const cells = accessMatrix(MeshModel.from(all)).cells.filter(({ from }) => from === 'front/web');

  expect(cells.map(({ to, access }) => [to, access])).toEqual([
    ['shop/api', 'allowed'],
    ['shop/twin', 'denied'],
  ]);
});
