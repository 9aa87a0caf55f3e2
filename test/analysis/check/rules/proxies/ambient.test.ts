import { checkFiles } from '../../../../../lib/check';

const OVERLAY =
  'meshConfig: {trustDomain: example.teleport.sh}\nsidecarInjectorWebhook: {templates: {spire: "spec: {volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]}"}}\n';
const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio}\nspec: {${spec}}\n`;
const gateway = (gatewayClass: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: w, namespace: shop}\nspec: {gatewayClassName: ${gatewayClass}, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n`;
const withParameters = (name: string) =>
  gateway(name).replace(
    'listeners',
    'infrastructure: {parametersRef: {group: "", kind: ConfigMap, name: socket}}, listeners',
  );
const defaults = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: defaults, namespace: istio-system, labels: {gateway.istio.io/defaults-for-class: ${name}}}\ndata:\n  deployment: |\n    spec: {template: {spec: {volumes: [{name: workload-socket, emptyDir: null, csi: {driver: csi.spiffe.io, readOnly: true}}]}}}\n`;
const gatewayClass = (name: string, controller: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: ${name}}\nspec: {controllerName: ${controller}}\n`;
const daemonSet = (image: string) =>
  `apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: z, namespace: istio-system}\nspec: {selector: {matchLabels: {app: z}}, template: {metadata: {labels: {app: z}}, spec: {containers: [{name: istio-proxy, image: "${image}"}]}}}\n`;

const says = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['ambient-unsupported'] }).map(
    ({ found, pointer }) => `${found} at ${pointer}`,
  );

test.each([
  [
    'a waypoint',
    gateway('istio-waypoint'),
    `Gateway "w" is a waypoint with istiod's certificates at /spec/gatewayClassName`,
  ],
  [
    'a waypoint of a class of the user',
    `${gateway('mine')}---\n${gatewayClass('mine', 'istio.io/mesh-controller')}`,
    `Gateway "w" is a waypoint with istiod's certificates at /spec/gatewayClassName`,
  ],
  ['the ambient profile', operator('profile: ambient'), 'IstioOperator "istio" installs ztunnel at /spec/profile'],
  [
    "OpenShift's ambient profile",
    operator('profile: openshift-ambient'),
    'IstioOperator "istio" installs ztunnel at /spec/profile',
  ],
  [
    'the component',
    operator('components: {ztunnel: {enabled: true}}'),
    'IstioOperator "istio" installs ztunnel at /spec/components/ztunnel/enabled',
  ],
  [
    'the DaemonSet',
    daemonSet('docker.io/istio/ztunnel:1.28.0-distroless'),
    'DaemonSet "z" runs ztunnel at /spec/template/spec/containers/0/image',
  ],
])('%s is found where proxies take identities from a socket', (_, document, finding) => {
  expect(says(OVERLAY, document)).toEqual([finding]);
  expect(says(document)).toEqual([]);
});

test("the charts' ambient profile is found beside the overlay", () => {
  expect(says(`profile: ambient\n${OVERLAY}`)).toHaveLength(1);
});

test('a waypoint is given the socket by defaults of its own class only', () => {
  expect(says(OVERLAY, gateway('istio-waypoint'), defaults('istio-waypoint'))).toEqual([]);
  expect(says(OVERLAY, gateway('istio-waypoint'), defaults('istio'))).toHaveLength(1);
});

test.each([
  ['a waypoint with parameters', withParameters('istio-waypoint')],
  ['an ordinary gateway', gateway('istio')],
  ["somebody else's class", `${gateway('mine')}---\n${gatewayClass('mine', 'example.com/controller')}`],
  ['another profile', operator('profile: minimal, components: {ztunnel: {enabled: false}}')],
  ['the ambient profile without its ztunnel', operator('profile: ambient, components: {ztunnel: {enabled: false}}')],
  ['another DaemonSet', daemonSet('docker.io/istio/install-cni:1.28.0')],
  [
    'a namespace that opts out',
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {istio.io/dataplane-mode: none}}\n',
  ],
])('%s is not part of ambient mode', (_, document) => {
  expect(says(OVERLAY, document)).toEqual([]);
});
