import { MeshModel } from '../../../lib/access';
import { decide } from '../../../lib/analysis/access/ask';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { deployment, namespace, policy, service } from './objects';

const operator = (trustDomains: readonly string[]) => ({
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  metadata: { name: 'istio', namespace: 'istio-system' },
  spec: {
    meshConfig: {
      trustDomain: 'td.example',
      trustDomainAliases: ['old.example'],
      caCertificates: [{ pem: '…', trustDomains }],
    },
    values: {
      sidecarInjectorWebhook: {
        defaultTemplates: ['sidecar', 'spire'],
        templates: {
          spire: JSON.stringify({
            spec: { volumes: [{ name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } }] },
          }),
        },
      },
    },
  },
});

/** What Teleport issues to the pods of namespace shop. */
const IDENTITY = `kind: workload_identity
version: v1
metadata: {name: mesh}
spec:
  spiffe: {id: '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}'}
  rules: {allow: [{conditions: [{attribute: workload.kubernetes.namespace, in: {values: [shop]}}]}]}
`;

/** A mesh whose server lets in whoever has an identity that it trusts. */
function mesh({ teleport = true, trustDomains = ['partner.example'] } = {}): MeshModel {
  const objects = [
    operator(trustDomains),
    namespace('shop'),
    deployment('server'),
    service('server', [{ name: 'http', port: 80 }]),
    policy({ rules: [{ from: [{ source: { principals: ['*'] } }] }] }),
  ];
  const text = [...objects.map((object) => JSON.stringify(object)), ...(teleport ? [IDENTITY] : [])].join('\n---\n');
  return MeshModel.from(readManifests([{ file: 'mesh.yaml', text }]).manifests);
}

const from = (model: MeshModel, caller: string) => decide(model, { from: caller, to: 'shop/server', port: 80 });
const PARTNER = 'spiffe://partner.example/ns/a/sa/b';

test('behind Teleport’s socket nobody of a trust domain in caCertificates gets a connection', () => {
  const answer = from(mesh(), PARTNER);

  expect(answer).toMatchObject({
    verdict: 'denied',
    reason: { kind: 'connection-fails' },
    connection: { failure: { kind: 'different-authorities' } },
  });
});

test('those of the mesh’s own trust domain and its aliases do', () => {
  const model = mesh({ trustDomains: ['partner.example', 'td.example', 'old.example'] });

  expect(from(model, 'spiffe://td.example/ns/a/sa/b').verdict).toBe('allowed');
  expect(from(model, 'spiffe://old.example/ns/a/sa/b').verdict).toBe('allowed');
});

test('another server of the Workload API may hand out all roots, so nothing is said without Teleport', () => {
  expect(from(mesh({ teleport: false }), PARTNER).verdict).toBe('allowed');
});
