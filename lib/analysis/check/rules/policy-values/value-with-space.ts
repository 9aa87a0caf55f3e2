import type { PolicyValueSyntax } from '../../../../upstream/istio/policy-fields';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const paths = (path: string) => policy(`  rules:\n    - to: [{operation: {paths: ["${path}"]}}]`);

/** What never begins or ends with a space; Istio refuses it in addresses and ports itself. */
const SYNTAXES: readonly PolicyValueSyntax[] = ['principal', 'namespace', 'service-account', 'host', 'path'];

/** A space that nobody sees. */
export const VALUE_WITH_SPACE_RULE = defineRule({
  id: 'value-with-space',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Space around a value in a policy',
  found: '"{text}" begins or ends with a space',
  why: 'Istio compares values character by character, and no identity, host or path has a space there: it never matches.',
  fix: 'remove the space',
  source: 'istio/istio pilot/pkg/security/authz/matcher/string.go',
  wrong: paths('/api '),
  right: paths('/api'),
  check({ policyFields }, report) {
    for (const one of SYNTAXES.flatMap((syntax) => policyFields.writtenAs(syntax))) {
      one.values.forEach((text, index) => {
        if (text !== text.trim()) report(one.manifest, `${one.pointer}/${index}`, { text });
      });
    }
  },
});
