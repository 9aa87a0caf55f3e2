import { explain, MeshModel } from '../../../lib/access';
import { check } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const mesh = (templates: string) => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec: {meshConfig: {trustDomain: td.example}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: shop}
spec: {selector: {matchLabels: {app: api}}, action: DENY, rules: [{}]}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {selector: {app: api}, ports: [{name: http, port: 80}]}
${['web', 'api']
  .map(
    (app) => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}, annotations: {inject.istio.io/templates: "${app === 'api' ? templates : 'sidecar'}"}}
    spec: {serviceAccountName: ${app}, containers: [{name: ${app}, image: ${app}}]}
`,
  )
  .join('')}`;

const verdict = (templates: string) => {
  const { manifests } = readManifests([{ file: 'a.yaml', text: mesh(templates) }]);
  const decision = MeshModel.from(manifests).decide({ from: 'shop/web', to: 'shop/api', method: 'GET', path: '/' });
  if (decision.verdict === 'unanswerable') throw new Error(decision.kind);
  return { verdict: decision.verdict, text: explain(decision) };
};

test('a DENY is not counted on where nothing says that the template brings a proxy', () => {
  const alone = verdict('spire');

  expect(alone).toMatchObject({ verdict: expect.not.stringMatching(/^(?:denied|allowed)$/) });
  expect(JSON.stringify(alone)).toContain('its injection templates (spire) are not among the manifests');
  expect(verdict('sidecar,spire')).toMatchObject({ verdict: 'denied' });
});

test('dry-run "false" on a CUSTOM policy denies nothing, so the finding says nothing of it', () => {
  const custom = (value: string) =>
    readManifests([
      {
        file: 'a.yaml',
        text: `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: p, namespace: shop, annotations: {istio.io/dry-run: "${value}"}}
spec: {action: CUSTOM, provider: {name: opa}, rules: [{}]}
`,
      },
    ]).manifests;
  const problems = (value: string) => check(custom(value), { rules: ['dry-run-annotation'] }).map(({ found }) => found);

  expect(problems('true')).toEqual([expect.stringContaining('denied outright')]);
  expect(problems('false')).toEqual([expect.not.stringContaining('denied outright')]);
});
