import { decide, MeshModel } from '../../../lib/access';
import { describeReason } from '../../../lib/analysis/access/explain';
import { deployment, meshConfig, PAIR } from './objects';

const by = (...selectors: readonly object[]) =>
  meshConfig({ trustDomain: 'acme.example', discoverySelectors: selectors });
const named = (...values: readonly string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
});

function answerWith(mesh: object, ...more: readonly object[]): string {
  const decision = decide(MeshModel.from([...PAIR, mesh, ...more]), { from: 'client', to: 'server', port: 80 });
  return 'reason' in decision ? `${decision.verdict}: ${describeReason(decision.reason)}` : decision.verdict;
}

test('where istiod looks at the namespace and the root namespace, policies decide', () => {
  expect(answerWith(by(named('shop', 'istio-system')))).toMatch(/^allowed/);
});

/** A policy for the whole mesh. */
const MESH_WIDE = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'all', namespace: 'istio-system' },
  spec: { rules: [{}] },
};
const LABELLED = { matchLabels: { mesh: 'yes' } };

test.each([
  ['the namespace', [named('istio-system')], /^depends: .*ignores namespace shop/],
  // Policies of the root namespace are for the whole mesh.
  ['the root namespace', [named('shop')], /^depends: .*ignores namespace istio-system/],
  [
    'a label that nobody knows',
    [named('shop'), LABELLED],
    /^depends: .*the labels of namespace istio-system are unknown/,
  ],
])('nothing is promised without %s', (_what, selectors, expected) => {
  expect(answerWith(by(...selectors), MESH_WIDE)).toMatch(expected);
});

test('a root namespace with nothing in it does not matter', () => {
  expect(answerWith(by(named('shop')))).toMatch(/^allowed/);
  expect(answerWith(by(named('shop'), LABELLED))).toMatch(/^allowed/);
});

test('of a namespace that the files do not have, what is in it decides whether its labels matter', () => {
  const mesh = by({ matchLabels: { 'istio-injection': 'enabled' } });
  const gateway = deployment('gateway', { namespace: 'edge', labels: { 'sidecar.istio.io/inject': 'true' } });
  const ask = (...more: readonly object[]) => {
    const decision = decide(MeshModel.from([...PAIR, mesh, gateway, ...more]), {
      from: 'edge/gateway',
      to: 'server',
      port: 80,
    });
    return 'reason' in decision ? decision : undefined;
  };
  const own = { ...MESH_WIDE, metadata: { name: 'own', namespace: 'edge' } };

  expect(ask()?.verdict).toBe('allowed');
  expect(ask()?.assumptions.join()).toMatch(/istiod watches namespace edge: .* labels of namespace edge are unknown/);
  expect(ask(own)?.verdict).toBe('depends');
});
