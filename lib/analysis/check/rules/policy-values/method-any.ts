import { defineRule } from '../../rule';
import { policy } from '../examples';

const methods = (list: string) => policy(`  rules:\n    - to: [{operation: {methods: [${list}]}}]`);

/** Words by which other programs mean every method. */
const EVERY_METHOD: ReadonlySet<string> = new Set(['ANY', 'ALL']);

/** A word for every method, which is the name of a method here. */
export const METHOD_ANY_RULE = defineRule({
  id: 'method-any',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Method name that does not exist',
  found: 'method "{method}" is not a method of HTTP',
  why: "Istio compares it with the request's method, and no client sends this one, so it never matches.",
  fix: 'leave methods out, or write "*"',
  source: 'istio/istio pilot/pkg/security/authz/matcher/header.go; RFC 9110, section 9',
  wrong: methods('ANY'),
  right: methods('"*"'),
  check({ policyFields }, report) {
    for (const one of [...policyFields.about('methods'), ...policyFields.aboutHeaders(':method')]) {
      one.values.forEach((method, index) => {
        if (EVERY_METHOD.has(method.toUpperCase())) report(one.manifest, `${one.pointer}/${index}`, { method });
      });
    }
  },
});
