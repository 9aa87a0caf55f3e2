import { IDENTITY_COLLISION_RULE } from '../../../../../lib/analysis/check/rules/identity/identity-collision';
import { checkFiles } from '../../../../../lib/check';
import { filesOf } from './files-of';

function collisions(text: string): readonly string[] {
  return checkFiles(filesOf(text), { rules: ['identity-collision'] }).map(
    ({ severity, location, found }) => `${severity} ${location.file}: ${found}`,
  );
}

const { wrong, right } = IDENTITY_COLLISION_RULE;
const FOUND =
  'us-1/cluster.yaml: pods of clusters eu-1 and us-1 both get the identity spiffe://example.teleport.sh/ns/shop/sa/front-end';

test('an exclusive namespace in two clusters is an error in the second, once for each namespace', () => {
  expect(collisions(wrong)).toEqual([`error ${FOUND}`]);
  const twice = wrong.replaceAll(
    /apiVersion: apps\/v1[\s\S]*?(?=---|$)/g,
    (one) => `${one}---\n${one.replaceAll('front-end', 'other')}`,
  );
  expect(collisions(twice)).toHaveLength(1);
});

test('it is an error if one of the two says exclusive, and only a warning where nobody says anything', () => {
  const [eu, us] = [wrong, right].map((text) => text.split('# us-1')) as [string[], string[]];
  expect(collisions(`${us[0]}# us-1${eu[1]}`)).toEqual([`error ${FOUND}`]);
  expect(collisions(`${eu[0]}# us-1${us[1]}`)).toEqual([`error ${FOUND}`]);
  expect(collisions(wrong.replaceAll(/ *teleport-istio\/identity: .*\n/g, ''))).toEqual([`warning ${FOUND}`]);
});

test('what is shared on both sides is meant', () => {
  expect(collisions(right)).toEqual([]);
});

test.each([
  ['another trust domain', (text: string) => text.replace('example.teleport.sh', 'other.teleport.sh')],
  [
    'another namespace',
    (text: string) => text.replaceAll('namespace: shop', 'namespace: own').replace('name: shop', 'name: own'),
  ],
  ['one directory, where nothing tells two clusters apart', (text: string) => text.replace('# us-1/', '# eu-1/two-')],
])('says nothing about %s', (_what, change) => {
  const [eu = '', us = ''] = wrong.split(/(?=^# us-1)/m);
  expect(collisions(`${eu}${change(us)}`)).toEqual([]);
});

test("what istiod's own authority signs is another cluster's only with a root that somebody plugged in", () => {
  const byIstiod = wrong
    .replaceAll(/ *- workload-socket|volumes:\n *- \{name: workload-socket.*\n/g, '\n')
    .replaceAll('workload-socket', 'something');
  expect(collisions(byIstiod)).toEqual([]);
});

test('of a trust domain that the files do not say nothing is said, and a delivery to one cluster leaves it said', () => {
  const release = (labels: string) => `# gitops/istiod.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: istiod, namespace: flux-system${labels}}
spec:
  chart: {spec: {chart: istiod, version: 1.31.4, sourceRef: {kind: HelmRepository, name: istio}}}
  valuesFrom: [{kind: ConfigMap, name: values}]
---
`;
  expect(collisions(`${release('')}${wrong}`)).toEqual([]);
  expect(collisions(`${release(', labels: {teleport-istio/cluster: eu-1}')}${wrong}`)).toEqual([`error ${FOUND}`]);
});

test('gateways that an installer makes in two clusters have one identity too', () => {
  const gateway = (cluster: string, label: string) => `# ${cluster}/gateway.yaml
apiVersion: v1
kind: Namespace
metadata: {name: edge${label}}
---
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec:
  profile: minimal
  meshConfig: {trustDomain: td.example}
  components:
    ingressGateways:
      - name: edge
        namespace: edge
        enabled: true
        k8s:
          overlays:
            - kind: Deployment
              name: edge
              patches:
                - path: spec.template.spec.volumes.[name:workload-socket]
                  value: {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}
  values: {global: {multiCluster: {clusterName: ${cluster}}}}
---
`;
  const both = (label: string) => collisions(`${gateway('eu-1', label)}${gateway('us-1', label)}`);
  const found =
    'us-1/gateway.yaml: pods of clusters eu-1 and us-1 both get the identity spiffe://td.example/ns/edge/sa/edge-service-account';
  expect(both('')).toEqual([`warning ${found}`]);
  expect(both(', labels: {teleport-istio/identity: exclusive}')).toEqual([`error ${found}`]);
  expect(both(', labels: {teleport-istio/identity: shared}')).toEqual([]);
  expect(
    collisions(
      `${gateway('eu-1', '')}${gateway('us-1', '').replace('csi: {driver: csi.spiffe.io, readOnly: true}', 'emptyDir: {}')}`,
    ),
  ).toEqual([]);
});
