import { defineRule } from '../../rule';
import { policy } from '../examples';

const methods = (list: string) => policy(`  rules:\n    - to: [{operation: {methods: [${list}]}}]`);

/** A method in small letters. */
export const METHOD_CASE_RULE = defineRule({
  id: 'method-case',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  yieldsTo: ['method-any'],
  title: 'HTTP method in lower case',
  found: 'method "{method}" is not in upper case',
  why: 'Methods are compared as they are sent, and clients send them in upper case: the value never matches.',
  fix: 'write {upper}',
  source: 'istio/istio pilot/pkg/security/authz/matcher/header.go',
  wrong: methods('get'),
  right: methods('GET'),
  check({ policyFields }, report) {
    for (const one of [...policyFields.about('methods'), ...policyFields.aboutHeaders(':method')]) {
      one.values.forEach((method, index) => {
        const upper = method.toUpperCase();
        if (method !== upper) report(one.manifest, `${one.pointer}/${index}`, { method, upper });
      });
    }
  },
});
