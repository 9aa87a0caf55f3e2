import { Cluster } from '../../../lib/model/cluster/cluster';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { gatewayAccounts } from '../../../lib/model/gateways/gateway-accounts';

function read(text: string) {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return manifests;
}

const accounts = (text: string) => gatewayAccounts(read(text)).map(({ namespace, name }) => `${namespace}/${name}`);
const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh}\nspec: ${spec}\n`;
const gateway = (spec: string, annotations = '{}') =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop, annotations: ${annotations}}\nspec: ${spec}\n`;
const listed = (more: string) => `{profile: minimal, components: {ingressGateways: [{name: edge, ${more}}]}}`;

// The names that `istioctl manifest generate` and istiod give them.
test.each<[string, string, readonly string[]]>([
  ['of the default profile', operator('{}'), ['istio-system/istio-ingressgateway-service-account']],
  ['of no profile', operator('{profile: minimal}'), []],
  ['that is on', operator(listed('enabled: true, namespace: ingress')), ['ingress/edge-service-account']],
  ['that is off', operator(listed('enabled: false')), []],
  ['of the Gateway API', gateway('{gatewayClassName: istio}'), ['shop/edge-istio']],
  ['that is a waypoint', gateway('{gatewayClassName: istio-waypoint}'), ['shop/edge']],
  [
    'with an account of its own',
    gateway('{gatewayClassName: istio}', '{gateway.istio.io/service-account: own}'),
    ['shop/own'],
  ],
])('a gateway %s has an account', (_, text, expected) => {
  expect(accounts(text)).toEqual(expected);
});

test.each([operator('{}'), operator(listed('enabled: true')), gateway('{gatewayClassName: istio}')])(
  'the accounts are those that pods of the gateways run as: %#',
  (text) => {
    const running = Cluster.of(read(text)).installedGateways.map(
      ({ workload }) => `${workload.namespace}/${workload.serviceAccount}`,
    );

    expect(running).toEqual(accounts(text));
  },
);
