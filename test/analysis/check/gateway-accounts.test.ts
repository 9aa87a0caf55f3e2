import { check } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const gateway = (className: string, annotations = '{}') => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop, annotations: ${annotations}}
spec: {gatewayClassName: ${className}, listeners: [{name: http, port: 80, protocol: HTTP}]}
`;

const operator = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec:
  components:
    ingressGateways:
      - {name: edge, namespace: shop, enabled: true}
`;

const release = `name: edge
podAnnotations: {inject.istio.io/templates: "gateway,spire"}
`;

const ownAccount = 'serviceAccount: {name: edge-account}\n';

/** The principals that the checker believes nobody has. */
function unknown(manifest: string, ...accounts: readonly string[]): readonly unknown[] {
  const principals = accounts.map((account) => `example.teleport.sh/ns/shop/sa/${account}`).join(', ');
  const text = `${manifest}---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: p, namespace: shop}
spec: {rules: [{from: [{source: {principals: [${principals}]}}]}]}
`;
  const { manifests } = readManifests([{ file: 'a.yaml', text }]);
  return check(manifests, { complete: true, rules: ['principal-without-service-account'] }).map(
    ({ values }) => values.name,
  );
}

// Names as istiod and istioctl make them.
test.each<[string, string, string]>([
  ['a Gateway API gateway', gateway('istio'), 'edge-istio'],
  ['a waypoint', gateway('istio-waypoint'), 'edge'],
  ['a gateway with an account of its own', gateway('istio', '{gateway.istio.io/service-account: mine}'), 'mine'],
  ['a gateway of an IstioOperator', operator, 'edge-service-account'],
  ['a release of the gateway chart', release, 'edge'],
  ['a release of the gateway chart with an account of its own', `${release}${ownAccount}`, 'edge-account'],
])('knows the ServiceAccount of %s, and no other', (_what, manifest, account) => {
  expect(unknown(manifest, account, 'other')).toEqual(['other']);
});

test('an ordinary gateway does not run as its bare name', () => {
  expect(unknown(gateway('istio'), 'edge')).toEqual(['edge']);
});

test('a gateway written for both installers is where its IstioOperator says', () => {
  const elsewhere = operator.replace('namespace: shop', 'namespace: istio-ingress');
  const values = `${release}serviceAccount: {name: edge-service-account}\n`;
  expect(unknown(`${elsewhere}---\n${values}`, 'edge-service-account')).toEqual(['edge-service-account']);
});
