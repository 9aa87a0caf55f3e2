import { NAMESPACE_NETWORK_DIFFERS_RULE } from '../../../../../lib/analysis/check/rules/installation/namespace-network-differs';
import { checkFiles } from '../../../../../lib/check';

const { wrong, right } = NAMESPACE_NETWORK_DIFFERS_RULE;

function found(text: string, file = 'a.yaml'): readonly string[] {
  return checkFiles([{ file, text }], { rules: ['namespace-network-differs'] }).map((finding) => finding.found);
}

const LABEL = 'topology.istio.io/network';

test('an installation without a network, and one with another, do not fit the label', () => {
  const start = 'namespace istio-system is labelled with network "eu", but global.network is';
  expect(found(wrong)).toEqual([`${start} not set`]);
  expect(found(wrong.replace(', network: ""', ''))).toEqual([`${start} not set`]);
  expect(found(right.replace('network: eu}', 'network: us}'))).toEqual([`${start} "us"`]);
  expect(found(right)).toEqual([]);
});

test('the finding is at the label', () => {
  const [finding] = checkFiles([{ file: 'a.yaml', text: wrong }], { rules: ['namespace-network-differs'] });
  const line = wrong.split('\n').findIndex((text) => text.includes(LABEL));
  expect(finding?.location).toMatchObject({ line: line + 1 });
});

test.each<[string, (text: string) => string]>([
  ['another namespace', (text) => text.replace('name: istio-system\n  labels', 'name: shop\n  labels')],
  ['a label that is filled in later', (text) => text.replace(`${LABEL}: eu`, `${LABEL}: "\${NETWORK}"`)],
  ['a network that is filled in later', (text) => text.replace('network: ""', `network: "\${NETWORK}"`)],
  ['an empty label', (text) => text.replace(`${LABEL}: eu`, `${LABEL}: ""`)],
  [
    'a network that the mesh configuration gives proxies',
    (text) =>
      text.replace(
        'trustDomain: example',
        'defaultConfig: {proxyMetadata: {ISTIO_META_NETWORK: eu}}\n    trustDomain: example',
      ),
  ],
  [
    'a network in the path at which the injector is called',
    (text) =>
      text.replace('  values:\n', '  values:\n    istiodRemote: {injectionPath: /inject/cluster/eu-1/net/eu}\n'),
  ],
  ['an installation that is elsewhere', (text) => text.slice(text.indexOf('---'))],
  [
    'a mesh that runs, whose values are elsewhere',
    (text) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "trustDomain: example.teleport.sh"}\n${text.slice(text.indexOf('---'))}`,
  ],
  [
    'installations of several networks',
    (text) =>
      `${text}---\n${text.slice(0, text.indexOf('---')).replace('network: ""', 'network: us').replace('name: istio\n', 'name: other\n')}`,
  ],
])('says nothing of %s', (_what, change) => {
  expect(change(wrong)).not.toBe(wrong);
  expect(found(change(wrong))).toEqual([]);
});

test('istiod may be in another namespace', () => {
  const text = wrong
    .replace('network: ""', 'network: "", istioNamespace: mesh')
    .replace('name: istio-system\n  labels', 'name: mesh\n  labels');
  expect(found(text)).toEqual([expect.stringMatching(/^namespace mesh is labelled/)]);
});
