import { comparableDocuments } from '../../../lib/analysis/diff/documents';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const compared = (...texts: readonly string[]) =>
  comparableDocuments(readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text }))).manifests);

test('what an API server writes is not compared, and what people write is', () => {
  const [document] = compared(`apiVersion: v1
kind: Service
metadata:
  name: a
  namespace: shop
  uid: 1234
  resourceVersion: "7"
  labels: {app: a}
  annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}', mine: "yes"}
spec: {selector: {app: a}}
status: {loadBalancer: {}}
`).values();

  expect(document?.body).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'a', namespace: 'shop', labels: { app: 'a' }, annotations: { mine: 'yes' } },
    spec: { selector: { app: 'a' } },
  });
});

test('annotations that only a server writes leave no empty mapping behind', () => {
  const [document] = compared(
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: {deployment.kubernetes.io/revision: "1"}}\n',
  ).values();

  expect(document?.body).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
});

test('of three documents of one name the second and the third get numbers', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n';

  expect([...compared(text, text, text).values()].map(({ name }) => name)).toEqual([
    'ConfigMap shop/a',
    'ConfigMap shop/a #2',
    'ConfigMap shop/a #3',
  ]);
});

test('a text that is a document itself is compared as one, and what stands beside it with its object', () => {
  const documents = compared(`apiVersion: v1
kind: ConfigMap
metadata: {name: tbot, namespace: shop}
data:
  tbot.yaml: |
    version: v2
    proxy_server: a.example:443
    onboarding: {join_method: kubernetes, token: t}
  other.txt: text
`);

  expect([...documents.values()].map(({ name, body }) => [name, Object.keys(body)])).toEqual([
    ['ConfigMap shop/tbot', ['apiVersion', 'kind', 'metadata', 'data']],
    ['ConfigMap shop/tbot › tbot.yaml', ['version', 'proxy_server', 'onboarding']],
  ]);
  expect([...documents.values()][0]?.body.data).toEqual({ 'other.txt': 'text' });
});

test('an object stays itself when the version of its API changes, and is another one in another group', () => {
  const key = (apiVersion: string) =>
    [...compared(`apiVersion: ${apiVersion}\nkind: Gateway\nmetadata: {name: a, namespace: shop}\n`).keys()][0];

  expect(key('networking.istio.io/v1beta1')).toBe(key('networking.istio.io/v1'));
  expect(key('networking.istio.io/v1')).not.toBe(key('gateway.networking.k8s.io/v1'));
});

test('an injection template is compared as the text it is, and not as a document too', () => {
  const documents = compared(`apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio}
spec: {values: {sidecarInjectorWebhook: {templates: {spire: "spec: {volumes: []}\\n"}}}}
`);

  expect([...documents.values()].map(({ name }) => name)).toEqual(['IstioOperator istio']);
  expect([...documents.values()][0]?.body).toMatchObject({
    spec: { values: { sidecarInjectorWebhook: { templates: { spire: 'spec: {volumes: []}\n' } } } },
  });
});
