import { field, isList, listAt, textAt } from '../../../../base/json';
import { defineRule } from '../../rule';
import { IDENTITY_RULES, ISTIO_PATH, workloadIdentity } from '../teleport-examples';

/** A condition whose list is empty. */
export const CONDITION_WITHOUT_VALUES_RULE = defineRule({
  id: 'condition-without-values',
  subject: 'Who gets an identity',
  since: '0.1.0',
  severity: 'warning',
  title: 'Condition without a value to compare with',
  found: 'the list of {operator} for {attribute} is empty, so the condition {effect}',
  why: 'Teleport still accepts the resource: with "in" the rule matches nothing, and with "not_in" the condition has no effect.',
  fix: 'list the values, or remove the condition',
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
  wrong: workloadIdentity(ISTIO_PATH, IDENTITY_RULES.replace('in: {values: [shop]}', 'in: {values: []}')),
  right: workloadIdentity(ISTIO_PATH),
  check({ teleport }, report) {
    for (const { manifest, spec } of teleport.identities) {
      listAt(spec, 'rules', 'allow').forEach((rule, index) => {
        listAt(rule, 'conditions').forEach((condition, at) => {
          for (const operator of ['in', 'not_in']) {
            const values = field(condition, operator, 'values');
            if (!isList(values) || values.length > 0) continue;
            report(manifest, `/spec/rules/allow/${index}/conditions/${at}/${operator}/values`, {
              operator,
              attribute: textAt(condition, 'attribute') ?? 'an attribute',
              effect: operator === 'in' ? 'never matches' : 'always matches',
            });
          }
        });
      });
    }
  },
});
