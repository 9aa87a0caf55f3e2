import { MeshModel } from '../../../lib/access';
import { ruleUses } from '../../../lib/analysis/rule-use/rule-use';
import type { Service } from '../../../lib/model/cluster/service';
import type { Workload } from '../../../lib/model/cluster/workload';
import { deployment, namespace, policy, service } from './objects';

const from = (account: string) => ({ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } });

function twoServices(): MeshModel {
  return MeshModel.from([
    namespace('shop'),
    ...['client', 'server', 'other'].flatMap((name) => [deployment(name), service(name, [{ name: 'http', port: 80 }])]),
    policy({ rules: [{ from: [from('client')] }], selector: { matchLabels: { app: 'server' } } }, { name: 'own' }),
    policy({ action: 'DENY', rules: [{ from: [from('other')] }] }, { name: 'shared' }),
  ]);
}

/** The first rule of each policy of a workload, in the order they are applied. */
function rulesOf(model: MeshModel, name: string) {
  const workload = model.workloads.find((one) => one.name === name) as Workload;
  return Object.fromEntries(
    model
      .policySetOf(workload)
      .rules('http')
      .map((rule) => [rule.policy.name, rule]),
  );
}

test('answers are the same after the policies of a callee were let go of', () => {
  const model = twoServices();
  const ask = () =>
    ['client', 'other', 'server'].map((caller) => {
      const decision = model.decide({ from: `shop/${caller}`, to: 'shop/server', port: 80, method: 'GET', path: '/' });
      return [caller, decision.verdict, 'reason' in decision && decision.reason.kind];
    });
  const before = ask();
  expect(before).toEqual([
    ['client', 'allowed', 'allow-rule'],
    ['other', 'denied', 'deny-rule'],
    ['server', 'denied', 'no-allow-rule-matches'],
  ]);

  model.forgetPoliciesOf(model.services.find(({ name }) => name === 'server') as Service);

  expect(ask()).toEqual(before);
});

test('what was compiled for a workload alone is let go of, and what others need too is not', () => {
  const model = twoServices();
  const [before, elsewhere] = [rulesOf(model, 'server'), rulesOf(model, 'other')];

  model.forgetPoliciesOf(model.services.find(({ name }) => name === 'server') as Service);

  const after = rulesOf(model, 'server');
  expect(Object.keys(after).sort()).toEqual(['own', 'shared']);
  expect(after.own).not.toBe(before.own);
  expect(after.shared).toBe(before.shared);
  expect(rulesOf(model, 'other').shared).toBe(elsewhere.shared);
});

test('whoever has compared all rules lets go of them', () => {
  const model = twoServices();
  const compiled = () => model.compiledPolicies.map(({ rules }) => rules.http);
  const before = compiled();

  ruleUses(model);

  compiled().forEach((rules, index) => {
    expect(rules).not.toBe(before[index]);
  });
});
