import { checkTogether } from '../../../lib/analysis/check/check-together';
import { checkFiles } from '../../../lib/check';

const values = (name: string) =>
  `global: {multiCluster: {clusterName: ${name}}}\nmeshConfig: {trustDomain: acme.teleport.sh}\n`;
const pod = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}, sidecar.istio.io/inject: "true"}}
    spec: {containers: [{name: app, image: "example.com/app:1.0.0"}]}
`;
const policy = (app: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${app}, namespace: shop}
spec: {selector: {matchLabels: {app: ${app}}}, rules: [{}]}
`;

/** Rule and file of what is found; clusters eu-1, which runs web, and us-1, which runs carts. */
function found(files: Readonly<Record<string, string>>, complete = true): readonly string[] {
  const all = {
    'eu-1/values.yaml': values('eu-1'),
    'eu-1/pods.yaml': pod('web'),
    'us-1/values.yaml': values('us-1'),
    'us-1/pods.yaml': pod('carts'),
    ...files,
  };
  return checkTogether(
    Object.entries(all).map(([file, text]) => ({ file, text })),
    { complete, rules: ['policy-without-workload', 'dup-names-and-keys', 'yaml-syntax'] },
  ).map(({ rule, location }) => `${rule} ${location.file}`);
}

test('a policy in no cluster’s directory may be of any: it is wrong if it selects nothing in all of them', () => {
  const rule = checkFiles([{ file: 'a.yaml', text: `${pod('web')}---\n${policy('nobody')}` }], { complete: true }).map(
    (finding) => finding.rule,
  );
  // The rule that this test is about exists and is called so.
  expect(rule).toContain('policy-without-workload');
  expect(found({ 'common.yaml': policy('web') })).toEqual([]);
  expect(found({ 'common.yaml': policy('nobody') })).toEqual(['policy-without-workload common.yaml']);
});

test("a policy in a cluster's directory is for that cluster's pods", () => {
  expect(found({ 'us-1/policy.yaml': policy('web') })).toEqual(['policy-without-workload us-1/policy.yaml']);
  expect(found({ 'eu-1/policy.yaml': policy('web') })).toEqual([]);
});

test('one object in two directories is two, and twice in one directory is one too many', () => {
  expect(found({ 'us-1/web.yaml': pod('web') })).toEqual([]);
  expect(found({ 'us-1/other.yaml': pod('carts').replace('1.0.0', '2.0.0') })).toEqual([
    'dup-names-and-keys us-1/other.yaml',
  ]);
});

test('what cannot be read is said once, wherever it is', () => {
  const broken = 'kind: [\n';
  expect(found({ 'common.yaml': broken, 'eu-1/broken.yaml': broken })).toHaveLength(2);
});

test('how a directory gets to its cluster says nothing of the mesh, and is looked at all the same', () => {
  const delivery = (spec: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: istiod, namespace: flux-system, labels: {teleport-istio/cluster: eu-1}}
spec:
  chart: {spec: {chart: istiod, version: 1.31.4, sourceRef: {kind: HelmRepository, name: istio}}}
  valuesFrom: [{kind: ConfigMap, name: values-hash}]
${spec}`;
  const run = (file: string, text: string) =>
    checkTogether([
      ...Object.entries({
        'eu-1/values.yaml': values('eu-1'),
        'eu-1/pods.yaml': pod('web'),
        'us-1/values.yaml': values('us-1').replace('acme', 'other'),
        'us-1/pods.yaml': pod('web'),
      }).map(([path, content]) => ({ file: path, text: content })),
      { file, text },
    ]).map(({ rule, location }) => `${rule} ${location.file}`);

  expect(run('gitops/istiod.yaml', delivery(''))).toEqual([]);
  expect(run('gitops/istiod.yaml', `${delivery('')}spec: {}\n`)).toContain('yaml-duplicate-key gitops/istiod.yaml');
});
