import { PolicyScope, type PolicyTarget } from '../../../../lib/constructs/istio/policy/policy-scope';
import { refusal } from '../refusal';

test('a mesh policy lies in the root namespace and selects nothing', () => {
  const scope = PolicyScope.mesh();
  expect(scope.namespace).toBe('istio-system');
  expect(scope.toSpec()).toEqual({});
  expect(PolicyScope.mesh('mesh-root').namespace).toBe('mesh-root');
});

test('a namespace policy selects nothing, a workload policy selects by labels', () => {
  expect(PolicyScope.namespace('shop').toSpec()).toEqual({});
  expect(PolicyScope.workload('shop', { app: 'cart' }).toSpec()).toEqual({
    selector: { matchLabels: { app: 'cart' } },
  });
});

test('a selector without labels is refused, because it means the whole namespace', () => {
  expect(refusal(() => PolicyScope.workload('shop', {})).fix).toContain('PolicyScope.namespace("shop")');
});

test('an asterisk in a label is refused', () => {
  expect(refusal(() => PolicyScope.workload('shop', { app: 'c*' })).value).toBe('c*');
});

test('a target gets the API group of its kind', () => {
  const scope = PolicyScope.attachedTo(
    'edge',
    { kind: 'Gateway', name: 'edge' },
    { kind: 'Service', name: 'cart' },
    { kind: 'ServiceEntry', name: 'mail' },
  );
  expect(scope.toSpec()).toEqual({
    targetRefs: [
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' },
      { group: '', kind: 'Service', name: 'cart' },
      { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'mail' },
    ],
  });
});

test('more than 16 targets are refused, as the CRD does', () => {
  const targets = Array.from({ length: 17 }, (_, i): PolicyTarget => ({ kind: 'Gateway', name: `g${i}` }));
  const attach = PolicyScope.attachedTo as (namespace: string, ...targets: PolicyTarget[]) => unknown;
  expect(refusal(() => attach('edge', ...targets)).problem).toBe('17 targets');
  expect(refusal(() => attach('edge')).problem).toBe('0 targets');
  attach('edge', ...targets.slice(1));
});

test('what is not a namespace is refused', () => {
  expect(refusal(() => PolicyScope.namespace('Shop')).value).toBe('Shop');
});
