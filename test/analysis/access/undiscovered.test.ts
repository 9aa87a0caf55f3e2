import { decide, MeshModel } from '../../../lib/access';
import { describeReason } from '../../../lib/analysis/access/explain';
import { meshConfig, PAIR } from './objects';

const by = (...selectors: readonly object[]) =>
  meshConfig({ trustDomain: 'acme.example', discoverySelectors: selectors });
const named = (...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
});

function answerWith(mesh: object): string {
  const decision = decide(MeshModel.from([...PAIR, mesh]), { from: 'client', to: 'server', port: 80 });
  return 'reason' in decision ? `${decision.verdict}: ${describeReason(decision.reason)}` : decision.verdict;
}

test('where istiod looks at the namespace and the root namespace, policies decide', () => {
  expect(answerWith(by(named('shop', 'istio-system')))).toMatch(/^allowed/);
});

test.each([
  ['the namespace', [named('istio-system')], /^depends: .*does not look at namespace shop/],
  // Policies of the root namespace are for the whole mesh.
  ['the root namespace', [named('shop')], /^depends: .*does not look at namespace istio-system/],
  [
    'a label that nobody knows',
    [named('shop'), { matchLabels: { mesh: 'yes' } }],
    /^depends: .*go by labels of namespace istio-system/,
  ],
])('nothing is promised without %s', (_what, selectors, expected) => {
  expect(answerWith(by(...selectors))).toMatch(expected);
});
