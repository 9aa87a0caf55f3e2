import { checkFiles } from '../../../../../lib/check';

const installation = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: ${spec}\n`;
const gateway = (className: string) =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: waypoint, namespace: shop}\nspec: {gatewayClassName: ${className}, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n`;
const says = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['waypoint-class-missing'] }).map(
    ({ values }) => values.className,
  );

test.each(['istio-waypoint', 'istio-east-west'])('%s has no class without ambient mode', (className) => {
  expect(says(installation('{profile: minimal}'), gateway(className))).toEqual([className]);
  expect(
    says(
      installation('{profile: minimal, values: {pilot: {env: {PILOT_ENABLE_AMBIENT: "false"}}}}'),
      gateway(className),
    ),
  ).toEqual([className]);
});

test.each([
  ['ambient mode', [installation('{profile: ambient}'), gateway('istio-waypoint')]],
  [
    'the variable alone',
    [installation('{values: {pilot: {env: {PILOT_ENABLE_AMBIENT: "true"}}}}'), gateway('istio-waypoint')],
  ],
  [
    'a value that the files do not show',
    [
      installation(
        '{components: {pilot: {k8s: {env: [{name: PILOT_ENABLE_AMBIENT, valueFrom: {configMapKeyRef: {name: a, key: b}}}]}}}}',
      ),
      gateway('istio-waypoint'),
    ],
  ],
  ['an installation that is not among the files', [gateway('istio-waypoint')]],
  ['the class of gateways at the edge', [installation('{profile: minimal}'), gateway('istio')]],
  [
    'a class that somebody made',
    [
      installation('{profile: minimal}'),
      gateway('istio-waypoint'),
      'apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: istio-waypoint}\nspec: {controllerName: istio.io/mesh-controller}\n',
    ],
  ],
])('silent with %s', (_, documents) => {
  expect(says(...documents)).toEqual([]);
});
