import { Discovery } from '../../../lib/model/installation/discovery';

const LABELS: Readonly<Record<string, Readonly<Record<string, string>>>> = { shop: { mesh: 'yes' }, tools: {} };
const includes = (namespace: string, ...selectors: readonly object[]) =>
  new Discovery(selectors as never, (name) => LABELS[name]).includes(namespace);

const YES = { matchLabels: { mesh: 'yes' } };
const named = (...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
});

// istio/istio pkg/kube/namespace/filter.go: no selectors, one of several, and one without conditions.
test.each([
  ['no selector', 'tools', [], true],
  ['its label', 'shop', [YES], true],
  ['another label', 'tools', [YES], false],
  ['one of two', 'tools', [YES, named('tools')], true],
  ['a selector without conditions', 'tools', [{}], true],
  ['its name, which Kubernetes sets as a label', 'shop', [named('shop', 'other')], true],
  ['another name', 'shop', [named('other')], false],
  ['both conditions of one selector', 'shop', [{ ...YES, ...named('other') }], false],
  ['a selector that istiod cannot read', 'tools', [YES, { matchExpressions: [{ key: 'a', operator: 'Near' }] }], true],
])('%s: %s by %j is %s', (_what, namespace, selectors, expected) => {
  expect(includes(namespace, ...selectors)).toBe(expected);
});

test('of a namespace without known labels only its name decides', () => {
  expect(includes('unknown', YES)).toBeUndefined();
  expect(includes('unknown', named('unknown'))).toBe(true);
  expect(includes('unknown', named('other'))).toBe(false);
  expect(includes('unknown', { ...YES, ...named('unknown') })).toBeUndefined();
  expect(includes('unknown', { ...YES, ...named('other') })).toBe(false);
  expect(includes('unknown', YES, named('unknown'))).toBe(true);
  expect(includes('unknown', { matchExpressions: [{ key: 'mesh', operator: 'DoesNotExist' }] })).toBeUndefined();
});
