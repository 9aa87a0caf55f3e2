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
  ['another workload', patched({ patch: part('Deployment', 'db', { serviceAccountName: 'x' }) })],
  [
    'files it does not name',
    { 'prod/kustomization.yaml': { patches: [{ patch: part('PeerAuthentication', 'default') }] } },
  ],
])('an answer is known where kustomize changes %s', (_, files) => {
  expect(asked(files).verdict).toBe('allowed');
});
