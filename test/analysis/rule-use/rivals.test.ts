import { MeshModel, ruleUses } from '../../../lib/access';
import * as coverage from '../../../lib/analysis/rule-use/rule-coverage';
import { deployment, meshConfig, namespace, policy } from '../access/objects';

const BASE = [meshConfig({ trustDomain: 'cluster.local' }), namespace('shop'), deployment('api')];
const rule = (caller: string) => ({
  from: [{ source: { principals: [`cluster.local/ns/shop/sa/${caller}`] } }],
  to: [{ operation: { methods: ['GET'], paths: [`/${caller}`] } }],
});
const allows = (count: number, name = 'allow') =>
  Array.from({ length: count }, (_, index) =>
    policy({ rules: [rule(`caller-${index}`)] }, { name: `${name}-${index}` }),
  );

function comparisons(count: number): number {
  const isWider = jest.spyOn(coverage, 'isWider');
  ruleUses(MeshModel.from([...BASE, ...allows(count), ...allows(count, 'again')]), { complete: false });
  const { length } = isWider.mock.calls;
  isWider.mockRestore();
  return length;
}

test('policies of one workload meet those about the same callers, not all others', () => {
  expect(comparisons(20)).toBeGreaterThan(0);
  expect(comparisons(40) / comparisons(20)).toBeLessThan(2.2);
});

test.each([
  ['one about the same caller', { rules: [{ from: rule('caller-1').from }] }],
  ['one about everybody', { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }],
  ['one about a pattern', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/*'] } }] }] }],
])('a rule is still covered by %s', (_, spec) => {
  const uses = ruleUses(MeshModel.from([...BASE, ...allows(3), policy(spec, { name: 'wide' })]), { complete: false });

  expect(uses).toContainEqual(
    expect.objectContaining({
      kind: 'rule-covered',
      rule: expect.objectContaining({ policy: expect.objectContaining({ name: 'allow-1' }) }),
    }),
  );
});
