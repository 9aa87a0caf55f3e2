import { defineRule } from '../../rule';
import { policy } from '../examples';

const methods = (list: string) => policy(`  rules:\n    - to: [{operation: {methods: [${list}]}}]`);

/** A method that no request can have. */
export const METHOD_SYNTAX_RULE = defineRule({
  id: 'method-syntax',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Invalid HTTP method',
  found: 'method "{method}" has a character that methods cannot have',
  why: 'A method is a single word. The value is compared as a whole, so it never matches.',
  fix: 'list each method separately',
  source: 'RFC 9110, section 5.6.2; istio/istio pilot/pkg/security/authz/matcher/header.go',
  wrong: methods('"GET,POST"'),
  right: methods('GET, POST'),
  check({ policyFields }, report) {
    for (const one of [...policyFields.about('methods'), ...policyFields.aboutHeaders(':method')]) {
      one.values.forEach((method, index) => {
        if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/.test(method)) report(one.manifest, `${one.pointer}/${index}`, { method });
      });
    }
  },
});
