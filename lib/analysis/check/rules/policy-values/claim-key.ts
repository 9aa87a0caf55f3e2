import { POLICY_FIELDS } from '../../../../upstream/istio/policy-fields';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const when = (key: string) => policy(`  rules:\n    - when: [{key: "${key}", values: [admin]}]`);

/** Fields whose key goes on with a name in brackets. */
const NAMED = ['claims', 'headers'] as const;

/** Words with dots or slashes between them, as programs write the way to a nested claim; a URL or a domain in front is one name. */
const NESTED = /^[A-Za-z_]\w*(?:(?:\.[A-Za-z_]\w*)+|(?:\/[A-Za-z_]\w*)+)$/;

/** A name that no token and no request has, for how it is written. */
export const CLAIM_KEY_RULE = defineRule({
  id: 'claim-key',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Name in a condition that Istio reads differently',
  found: 'the key "{key}" {problem}',
  why: 'The text between the brackets is taken literally as the name of a claim or header. Such a name is very unlikely, so the condition never matches.',
  fix: 'write {fixed}',
  source: 'istio/istio pilot/pkg/security/authz/model/util.go (extractNameInNestedBrackets)',
  wrong: when('request.auth.claims[realm_access.roles]'),
  right: when('request.auth.claims[realm_access][roles]'),
  check({ policyFields }, report) {
    for (const name of NAMED) {
      for (const one of policyFields.about(name)) {
        const { key } = POLICY_FIELDS[name];
        const inner = one.name.slice(key.length + 1, -1);
        const [, quoted] = /^(["'])(.*)\1$/.exec(inner) ?? [];
        if (quoted !== undefined) {
          const fixed = `${key}[${inner.slice(1, -1)}]`;
          report(one.manifest, one.clause.pointer, { key: one.name, problem: 'has quotes', fixed });
        } else if (name === 'claims' && NESTED.test(inner)) {
          const fixed = `${key}[${inner.split(/[./]/).join('][')}]`;
          const problem = `has a ${inner.includes('.') ? 'dot' : 'slash'}`;
          report(one.manifest, one.clause.pointer, { key: one.name, problem, fixed });
        }
      }
    }
  },
});
