import type { PolicyField } from '../../../../model/policy/authorization-policy';
import { policyField, policyFieldFacts } from '../../../../upstream/istio/policy-fields';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const from = (principal: string) => policy(`  rules:\n    - from: [{source: {principals: ["${principal}"]}}]`);
const FRONT_END = 'example.teleport.sh/ns/shop/sa/front-end';

/** Whether an asterisk elsewhere than at an end of a value is a letter, and nobody refuses it. */
function takesStarForLetter({ name }: PolicyField): boolean {
  const field = policyField(name);
  if (field === undefined) return false;
  const { wildcard } = policyFieldFacts(field);
  return wildcard === 'at an end' || wildcard === 'at an end, or a template';
}

/** Whether an asterisk stands where Istio takes it for a letter; of two at both ends it is the second. */
function hasStarInside(text: string): boolean {
  if (!text.includes('*', 1)) return false;
  const plain = text.replace(/\{\*{1,2}\}/g, '');
  const inner = plain.startsWith('*') ? plain.slice(1) : plain.endsWith('*') ? plain.slice(0, -1) : plain;
  return inner.includes('*');
}

/** What AuthorizationPolicies say and do not mean. */
export const POLICY_RULES = [
  defineRule({
    id: 'wildcard-inside',
    subject: 'Authorization policies',
    since: '0.1.0',
    severity: 'warning',
    title: 'Wildcard in the middle is taken literally',
    found: '"{text}" has an asterisk that is not a wildcard',
    why: 'Istio supports one asterisk, at the start or at the end; any other is taken literally, so almost nothing matches.',
    fix: 'write one asterisk at one end, or use {*} in a path',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: from('example.teleport.sh/ns/*/sa/front-end'),
    right: from('example.teleport.sh/ns/shop/sa/*'),
    check({ policyFields }, report) {
      for (const one of policyFields.all()) {
        if (!one.values.some(hasStarInside) || !takesStarForLetter(one)) continue;
        one.values.forEach((text, index) => {
          if (hasStarInside(text)) report(one.manifest, `${one.pointer}/${index}`, { text });
        });
      }
    },
  }),
  defineRule({
    id: 'allow-empty-spec',
    subject: 'Authorization policies',
    since: '0.1.0',
    severity: 'warning',
    title: 'Empty policy denies everything',
    found: 'the policy has no rules, and its name does not suggest that this is intended',
    why: 'A policy without rules matches nothing, and its existence denies everything that no other ALLOW policy allows.',
    fix: 'if that is intended, put "deny" or "default" into its name; otherwise write the rules',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (authorization policy precedence)',
    wrong:
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: catalogue, namespace: shop}\nspec: {}\n',
    right:
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: deny-all, namespace: shop}\nspec: {}\n',
    check({ authorizationPolicies }, report) {
      const empty = authorizationPolicies.filter(({ action, rules }) => action === 'ALLOW' && rules.length === 0);
      const isMeant = (name: string) => /deny|default|nothing|lock|closed/i.test(name);
      const selectsAll = (selector: object) => Object.keys(selector).length === 0;
      // Where a namespace is closed on purpose, a policy for some of its pods closes nothing more.
      const closed = new Set(
        empty.filter(({ name, selector }) => isMeant(name) && selectsAll(selector)).map(({ namespace }) => namespace),
      );
      for (const { manifest, name, namespace, selector } of empty) {
        if (!isMeant(name) && (selectsAll(selector) || !closed.has(namespace))) report(manifest, '/spec');
      }
    },
  }),
  defineRule({
    id: 'allow-all-rule',
    subject: 'Authorization policies',
    since: '0.1.0',
    severity: 'warning',
    yieldsTo: ['policy-empty-part'],
    title: 'Empty rule allows everyone',
    found: 'an empty rule allows every request',
    why: 'It makes every other ALLOW for the same pods meaningless, with or without mTLS.',
    fix: 'state who may call, or what; if every caller is intended, suppress this finding with the reason',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (allow-all)',
    wrong: policy('  rules: [{}]'),
    right: from(FRONT_END),
    check({ authorizationPolicies, rootNamespace }, report) {
      const selectsAll = (selector: object) => Object.keys(selector).length === 0;
      const closed = new Set(
        authorizationPolicies
          .filter(({ action, rules, selector }) => action === 'ALLOW' && rules.length === 0 && selectsAll(selector))
          .map(({ namespace }) => namespace),
      );
      for (const { manifest, action, rules, namespace, selector, hasTargets } of authorizationPolicies) {
        // Where everything is closed on purpose, opening a part of it, such as a gateway, is what such a rule is for.
        const isPart = hasTargets || !selectsAll(selector);
        const isOpening = isPart ? closed.has(namespace) || closed.has(rootNamespace) : closed.has(rootNamespace);
        if (action !== 'ALLOW' || (isOpening && (isPart || namespace !== rootNamespace))) continue;
        for (const rule of rules) if (rule.matchesAll) report(manifest, rule.pointer);
      }
    },
  }),
  defineRule({
    id: 'trustdomains-before-1.30',
    subject: 'Authorization policies',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Field that this Istio release does not have',
    found: `{field} works with Istio ${RELEASE_FACTS.hasTrustDomainSources}, this is {istio}`,
    why: 'It is refused, dropped or ignored: a source with only this field becomes empty, another source matches more than intended, and a rule with such a condition is dropped.',
    fix: 'use principals, or a newer Istio',
    source: 'istio/istio#60528, manifests/charts/base/files/crd-all.gen.yaml',
    exampleTarget: { istio: EXAMPLE_RELEASES.istioWithoutTrustDomains },
    wrong: policy('  rules:\n    - from: [{source: {trustDomains: [example.teleport.sh]}}]'),
    right: policy('  rules:\n    - from: [{source: {principals: ["example.teleport.sh/*"]}}]'),
    check({ policyFields, target }, report) {
      if (target.hasTrustDomainSources) return;
      for (const { manifest, name, pointer } of policyFields.about('trustDomains')) {
        report(manifest, pointer, { field: name, istio: `${target.istio}` });
      }
    },
  }),
];
