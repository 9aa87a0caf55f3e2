import { isVariable } from '../../../../base/is-variable';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const from = (namespace: string) => policy(`  rules:\n    - from: [{source: {namespaces: ["${namespace}"]}}]`);

/** What names of namespaces are made of, with the asterisks that Istio allows (RFC 1123, section 2.1). */
const NAME = /^[a-z0-9*-]*$/;

/** A namespace that cannot exist. */
export const NAMESPACE_VALUE_RULE = defineRule({
  id: 'namespace-value',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Invalid namespace name in a policy',
  found: 'namespace "{namespace}" has a character that namespaces cannot have',
  why: 'It is compared with the namespace in the identity of the caller, so it never matches.',
  fix: "write only the namespace's name; a ServiceAccount belongs in serviceAccounts or principals",
  source: 'istio/istio pilot/pkg/security/authz/model/generator.go (srcNamespaceGenerator)',
  wrong: from('shop/front-end'),
  right: from('shop'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('namespaces')) {
      one.values.forEach((namespace, index) => {
        // Spaces have a rule of their own, and what is filled in later is not known yet.
        if (NAME.test(namespace.trim()) || isVariable(namespace)) return;
        report(one.manifest, `${one.pointer}/${index}`, { namespace });
      });
    }
  },
});
