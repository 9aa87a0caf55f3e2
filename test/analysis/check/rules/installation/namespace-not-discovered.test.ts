import { NAMESPACE_NOT_DISCOVERED_RULE } from '../../../../../lib/analysis/check/rules/installation/namespace-not-discovered';
import { checkFiles } from '../../../../../lib/check';

const { wrong, right } = NAMESPACE_NOT_DISCOVERED_RULE;

function found(text: string): readonly string[] {
  return checkFiles([{ file: 'a.yaml', text }], { rules: ['namespace-not-discovered'] }).map(
    (finding) => finding.found,
  );
}

const POD = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: NAMESPACE}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, sidecar.istio.io/inject: "INJECT"}}
    spec: {containers: [{name: app, image: "example.com/web:1.0.0"}]}
`;
const pod = (namespace: string, inject = 'true') => POD.replace('NAMESPACE', namespace).replace('INJECT', inject);
const namespace = (name: string, labels = '{}') =>
  `---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n`;
const POLICY =
  'AuthorizationPolicy catalogue is in namespace shop, which no entry of meshConfig.discoverySelectors selects';

test('a namespace is named once, with the first of its objects', () => {
  expect(found(wrong)).toEqual([POLICY]);
  expect(found(`${wrong}${pod('shop')}`)).toEqual([POLICY]);
  expect(found(right)).toEqual([]);
});

test('a pod with a proxy is of the mesh without any policy, and one without is not', () => {
  expect(found(`${right}${namespace('other')}${pod('other')}`)).toEqual([
    'Deployment web is in namespace other, which no entry of meshConfig.discoverySelectors selects',
  ]);
  expect(found(`${right}${namespace('other')}${pod('other', 'false')}`)).toEqual([]);
});

test('nothing is said of a namespace whose labels are not among the files, or without selectors', () => {
  expect(found(`${right}${pod('elsewhere')}`)).toEqual([]);
  expect(found(wrong.replace(/ *discoverySelectors:\n.*\n/, ''))).toEqual([]);
});
