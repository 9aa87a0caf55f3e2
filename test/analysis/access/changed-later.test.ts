import { type Decision, decide, explain, MeshModel } from '../../../lib/access';
import type { ManifestSet } from '../../../lib/model/documents/manifest-set';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { deployment, namespace, peerAuthentication, service } from './objects';
import { istio } from './routed-mesh';

const BASE = [
  namespace('shop'),
  deployment('web'),
  deployment('api'),
  service('api', [{ name: 'http', port: 80 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
  istio('DestinationRule', 'api', { host: 'api' }),
];

function read(files: Readonly<Record<string, object | string>>): ManifestSet {
  const base = BASE.map((one) => JSON.stringify(one)).join('\n---\n');
  const all = Object.entries({ 'base/mesh.yaml': base, ...files });
  return readManifests(
    all.map(([file, content]) => ({ file, text: typeof content === 'string' ? content : JSON.stringify(content) })),
  ).manifests;
}

function asked(files: Readonly<Record<string, object | string>>): Decision {
  const answer = decide(MeshModel.from(read(files)), { from: 'shop/web', to: 'shop/api', port: 80 });
  if (answer.verdict === 'unanswerable') throw new Error(answer.kind);
  return answer;
}

const patched = (patch: object | string, list = 'patches') => ({
  'base/kustomization.yaml': { resources: ['mesh.yaml'], [list]: [patch] },
});
const part = (kind: string, name: string, spec: object = {}) =>
  JSON.stringify({ kind, metadata: { name, namespace: 'shop' }, spec }, undefined, 1);
const transformed = (spec: object) => ({ 'base/kustomization.yaml': { resources: ['mesh.yaml'], ...spec } });
/** A policy of another namespace with a selector. */
const selecting = (label: string) => ({
  'other/policy.yaml': {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'other', namespace: 'other' },
    spec: { selector: { matchLabels: { [label]: 'x' } }, rules: [{}] },
  },
});
const replace = (path: string) => `- {op: replace, path: ${path}, value: x}\n`;

test.each<[string, Readonly<Record<string, object | string>>]>([
  ['a part of the PeerAuthentication', patched(part('PeerAuthentication', 'default'), 'patchesStrategicMerge')],
  ['the same as an entry with a patch', patched({ patch: part('PeerAuthentication', 'default') })],
  ['operations on its kind', patched({ target: { kind: 'PeerAuthentication' }, patch: replace('/spec') })],
  [
    'operations on its kind and others',
    patched({ target: { kind: 'Service|PeerAuthentication' }, patch: replace('/spec') }),
  ],
  ['operations on kinds by a pattern', patched({ target: { kind: 'Peer.*' }, patch: replace('/spec') })],
  ['operations on everything', patched({ target: { labelSelector: 'a=b' }, patch: replace('/spec') })],
  ['operations of the older form', patched({ target: { kind: 'DestinationRule', name: 'api' } }, 'patchesJson6902')],
  [
    'a part in a file',
    {
      'base/kustomization.yaml': { resources: ['./mesh.yaml'], patches: [{ path: 'strict.yaml' }] },
      'base/strict.yaml': part('PeerAuthentication', 'default'),
    },
  ],
  [
    'a replacement',
    {
      'base/kustomization.yaml': {
        resources: ['mesh.yaml'],
        replacements: [{ targets: [{ select: { kind: 'PeerAuthentication' }, fieldPaths: ['spec.mtls.mode'] }] }],
      },
    },
  ],
  [
    'an overlay',
    {
      'base/kustomization.yaml': { resources: ['mesh.yaml'] },
      'prod/kustomization.yaml': {
        resources: ['../base/'],
        patches: [{ patch: part('PeerAuthentication', 'default') }],
      },
    },
  ],
  [
    'a component',
    {
      'base/kustomization.yaml': { resources: ['mesh.yaml'], components: ['../open'] },
      'open/kustomization.yaml': { patches: [{ patch: part('PeerAuthentication', 'default') }] },
    },
  ],
  ['the labels of the namespace', patched({ target: { kind: 'Namespace' }, patch: replace('/metadata/labels/x') })],
  ['the account of the callee', patched({ patch: part('Deployment', 'api', { serviceAccountName: 'x' }) })],
  ['the account of the caller', patched({ patch: part('Deployment', 'web', { serviceAccountName: 'x' }) })],
  ['the Service', patched({ patch: part('Service', 'api') })],
  ['all names, by a prefix', transformed({ namePrefix: 'prod-' })],
  ['all names, by a suffix', transformed({ nameSuffix: '-prod' })],
  ['everything by a file of its own', transformed({ transformers: ['prefix.yaml'] })],
  ['the namespace of objects that have one', transformed({ namespace: 'prod' })],
  [
    'the namespace in an overlay',
    {
      'base/kustomization.yaml': { resources: ['mesh.yaml'] },
      'prod/kustomization.yaml': { resources: ['../base'], namespace: 'prod' },
    },
  ],
  ['labels of injection', transformed({ labels: [{ pairs: { 'istio-injection': 'disabled' } }] })],
  ['labels that a policy selects by', { ...transformed({ commonLabels: { tier: 'web' } }), ...selecting('tier') }],
  [
    'labels that Services select by, and not their selectors',
    transformed({ labels: [{ pairs: { app: 'x' }, includeTemplates: true }] }),
  ],
  ['annotations of the proxy', transformed({ commonAnnotations: { 'sidecar.istio.io/inject': 'false' } })],
])('an answer is not known where kustomize changes %s', (_, files) => {
  const decision = asked(files);

  expect([decision.verdict, decision.reason.kind]).toEqual(['depends', 'not-evaluated']);
  expect(explain(decision).join('\n')).toMatch(/kustomization\.yaml changes .* before it is applied/);
});

test.each<[string, Readonly<Record<string, object | string>>]>([
  ['nothing', { 'base/kustomization.yaml': { resources: ['mesh.yaml'] } }],
  ['another object of the kind', patched({ patch: part('PeerAuthentication', 'other') })],
  ['another kind', patched({ target: { kind: 'Gateway' }, patch: replace('/spec') })],
  ['images and replicas', patched({ patch: part('Deployment', 'api', { replicas: 3 }) })],
  ['names by nothing', transformed({ namePrefix: '' })],
  ['the namespace to what it is', transformed({ namespace: 'shop' })],
  ['labels that nothing selects by', { ...transformed({ commonLabels: { team: 'a' } }), ...selecting('tier') }],
  [
    'labels of Services and pods alike',
    transformed({ labels: [{ pairs: { app: 'x' }, includeTemplates: true, includeSelectors: true }] }),
  ],
  ['labels of objects alone', transformed({ labels: [{ pairs: { app: 'x' } }] })],
  ['other annotations', transformed({ commonAnnotations: { team: 'a' } })],
  ['another workload', patched({ patch: part('Deployment', 'db', { serviceAccountName: 'x' }) })],
  [
    'files it does not name',
    { 'prod/kustomization.yaml': { patches: [{ patch: part('PeerAuthentication', 'default') }] } },
  ],
])('an answer is known where kustomize changes %s', (_, files) => {
  expect(asked(files).verdict).toBe('allowed');
});

test('a Namespace is called as its kustomization says', () => {
  const renamed = read({ 'base/kustomization.yaml': { resources: ['mesh.yaml'], namespace: 'prod' } });
  const changed = renamed.all.map((one) => [one.kind, renamed.changedBy(one)]);
  expect(changed).toContainEqual(['Namespace', 'base/kustomization.yaml']);
  const prefixed = read({ 'base/kustomization.yaml': { resources: ['mesh.yaml'], namePrefix: 'a-' } });
  expect(prefixed.all.map((one) => [one.kind, prefixed.changedBy(one)])).toContainEqual(['Namespace', undefined]);
});

test.each<[string, object | undefined, string]>([
  ['nothing', undefined, 'reachable'],
  ['the ServiceEntry', { patches: [{ patch: part('ServiceEntry', 'stripe') }] }, 'unknown'],
  [
    'the caller’s labels',
    { labels: [{ pairs: { 'sidecar.istio.io/inject': 'false' }, includeTemplates: true }] },
    'unknown',
  ],
  ['images', { images: [{ name: 'app' }] }, 'reachable'],
])('what leaves the mesh where kustomize changes %s', (_, spec, reach) => {
  const entry = istio('ServiceEntry', 'stripe', { hosts: ['api.stripe.com'], ports: [{ number: 443 }] });
  const files = {
    'base/kustomization.yaml': { resources: ['mesh.yaml', 'entry.yaml'], ...spec },
    'base/entry.yaml': entry,
  };
  const answer = decide(MeshModel.from(read(files)), { from: 'shop/web', to: 'api.stripe.com' });
  if (answer.verdict !== 'unanswerable' || answer.kind !== 'outside-the-mesh') throw new Error(answer.verdict);
  expect(answer.egress.reach).toBe(reach);
});

test('a way in is not known where kustomize changes the route or its Gateway', () => {
  const route = JSON.parse(part('VirtualService', 'api'));
  const gateway = JSON.parse(part('Gateway', 'edge'));
  const inMesh = (one: object, spec: object) => ({ ...one, apiVersion: 'networking.istio.io/v1', spec });
  const routes = [
    inMesh(gateway, {
      selector: { app: 'api' },
      servers: [{ port: { number: 80, protocol: 'HTTP' }, hosts: ['*'] }],
    }),
    inMesh(route, { hosts: ['*'], gateways: ['edge'], http: [{ route: [{ destination: { host: 'api' } }] }] }),
  ].map((one) => JSON.stringify(one));
  const ways = (spec: object) => {
    const files = {
      'edge/kustomization.yaml': { resources: ['routes.yaml'], ...spec },
      'edge/routes.yaml': routes.join('\n---\n'),
    };
    const answer = decide(MeshModel.from(read(files)), { from: 'outside', to: 'shop/api', port: 80 });
    if (answer.verdict === 'unanswerable') throw new Error(answer.kind);
    return answer.request.waysIn.map(({ assumptions }) => assumptions);
  };
  const pods = 'shop/api, which the Gateway selects, is a gateway and has no sidecar';
  expect(ways({})).toEqual([[pods]]);
  expect(ways({ patches: [{ patch: part('VirtualService', 'api') }] })).toEqual([
    ['edge/kustomization.yaml changes nothing of VirtualService shop/api that matters here', pods],
  ]);
  expect(ways({ patches: [{ patch: part('Gateway', 'edge') }] })).toEqual([
    ['edge/kustomization.yaml changes nothing of Gateway shop/edge that matters here', pods],
  ]);
});
