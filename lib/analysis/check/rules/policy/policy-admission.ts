import { field, isList, type JsonValue, listAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { parseBool } from '../../../../upstream/istio/parse-bool';
import {
  conditionField,
  keyIsWhole,
  notForm,
  POLICY_FIELDS,
  policyFieldFacts,
} from '../../../../upstream/istio/policy-fields';
import { DRY_RUN_ANNOTATION } from '../../../../upstream/istio/policy-targets';
import type { Target } from '../../../../upstream/releases/target';
import { defineRule } from '../../rule';
import { policy } from '../examples';
import { POLICY_ADMISSION, WHY_REFUSED } from '../refused-policy';

/** What the entries of a part hold. */
const PARTS = { from: 'source', to: 'operation' } as const;

/** Fields that cannot stand in one source with ServiceAccounts. */
const BESIDES_SERVICE_ACCOUNTS: ReadonlySet<string> = new Set(
  POLICY_FIELDS.serviceAccounts.notBeside.flatMap((name) => [name, notForm(name)]),
);

/** What Istio refuses in an AuthorizationPolicy when it is created. */
export const POLICY_ADMISSION_RULES = [
  defineRule({
    id: 'deny-without-rules',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'DENY policy without rules',
    found: 'the action is DENY and there are no rules',
    why: "It would match nothing, so Istio's webhook refuses it.",
    fix: 'write rules: [{}] to deny everything',
    source: POLICY_ADMISSION,
    wrong: policy('  action: DENY'),
    right: policy('  action: DENY\n  rules: [{}]'),
    check({ authorizationPolicies }, report) {
      for (const { manifest, action, rules } of authorizationPolicies) {
        if (action === 'DENY' && rules.length === 0) report(manifest, '/spec');
      }
    },
  }),
  defineRule({
    id: 'policy-empty-part',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Empty part in a rule',
    found: '{part} is empty',
    why: `${WHY_REFUSED} Forgotten braces around "source" or "operation" look like this.`,
    fix: 'fill it in, or remove the key',
    source: POLICY_ADMISSION,
    wrong: policy('  rules:\n    - from: []'),
    right: policy('  rules:\n    - from: [{source: {namespaces: [shop]}}]'),
    check({ authorizationPolicies }, report) {
      for (const { manifest, rules } of authorizationPolicies) {
        const list = listAt(manifest.body, 'spec', 'rules');
        rules.forEach((rule, index) => {
          const written = list[index];
          if (written === null) report(manifest, rule.pointer, { part: 'the rule' });
          for (const key of ['from', 'to'] as const) {
            const isEmpty = listAt(written, key).length === 0 && field(written, key) !== undefined;
            if (isEmpty) report(manifest, `${rule.pointer}/${key}`, { part: key });
            for (const clause of rule[key]) {
              // Empty lists are nothing to Istio, as if they were not there.
              const isFilled = Object.values(clause.body).some((value) => !isList(value) || value.length > 0);
              if (!isFilled) report(manifest, clause.pointer, { part: PARTS[key] });
            }
          }
        });
      }
    },
  }),
  defineRule({
    id: 'serviceaccounts-with-principals',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'serviceAccounts combined with principals or namespaces',
    found: '{one} is combined with {other}',
    why: WHY_REFUSED,
    fix: 'use one of them; serviceAccounts accepts namespace/name',
    source: POLICY_ADMISSION,
    wrong: policy('  rules:\n    - from: [{source: {serviceAccounts: [shop/front-end], namespaces: [shop]}}]'),
    right: policy('  rules:\n    - from: [{source: {serviceAccounts: [shop/front-end]}}]'),
    check({ policyFields }, report) {
      for (const one of policyFields.about('serviceAccounts')) {
        const other = Object.keys(one.clause.body).find((name) => BESIDES_SERVICE_ACCOUNTS.has(name));
        if (other !== undefined) report(one.manifest, one.clause.pointer, { one: one.name, other });
      }
    },
  }),
  defineRule({
    id: 'policy-condition',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Unknown policy condition',
    found: 'the condition {problem}',
    why: `${WHY_REFUSED} An unknown condition drops the rule, which weakens a DENY.`,
    fix: "use a key from Istio's reference, and values or notValues",
    source: 'istio/istio pkg/config/security/security.go (ValidateAttribute)',
    wrong: policy('  rules:\n    - when: [{key: request.header, values: [a]}]'),
    right: policy('  rules:\n    - when: [{key: "request.headers[X-Team]", values: [a]}]'),
    check({ authorizationPolicies, target }, report) {
      for (const { manifest, rules } of authorizationPolicies) {
        rules.forEach((_, index) => {
          const conditions = listAt(listAt(manifest.body, 'spec', 'rules')[index], 'when');
          conditions.forEach((condition, at) => {
            const problem = conditionProblem(condition, target);
            const part = textAt(condition, 'key') ? '' : '/key';
            if (problem !== undefined) report(manifest, `/spec/rules/${index}/when/${at}${part}`, { problem });
          });
        });
      }
    },
  }),
  defineRule({
    id: 'dry-run-annotation',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid dry-run annotation',
    found: 'istio.io/dry-run {problem}',
    why: "Istio's webhook refuses it; only ALLOW and DENY policies can run as a dry run.",
    fix: 'write "true" on an ALLOW or DENY AuthorizationPolicy only',
    source: 'istio/istio pkg/config/validation/validation.go',
    wrong: policy('  action: AUDIT\n  rules: [{}]', 'catalogue', ', annotations: {istio.io/dry-run: "true"}'),
    right: policy('  action: DENY\n  rules: [{}]', 'catalogue', ', annotations: {istio.io/dry-run: "true"}'),
    check({ manifests, authorizationPolicies, target }, report) {
      const actions = new Map(authorizationPolicies.map(({ manifest, action }) => [manifest, action]));
      for (const manifest of manifests.all) {
        if (!manifest.apiVersion.includes('istio.io/')) continue;
        if (textAt(manifest.body, 'metadata', 'labels', DRY_RUN_ANNOTATION) !== undefined) {
          const problem = 'is a label, and Istio reads the annotation: the policy is enforced';
          report(manifest, toPointer('metadata', 'labels', DRY_RUN_ANNOTATION), { problem });
        }
        const setting = textAt(manifest.body, 'metadata', 'annotations', DRY_RUN_ANNOTATION);
        if (setting === undefined) continue;
        const action = actions.get(manifest);
        const problem =
          action === undefined
            ? `is on a ${manifest.kind}`
            : !['ALLOW', 'DENY'].includes(action)
              ? `is on a policy with the action ${action}${action === 'CUSTOM' && parseBool(setting) && target.has('deniesDryRunOfCustom') ? ', and what it matches is denied outright' : ''}`
              : /^(?:true|false|1|0|t|f|T|F|True|False|TRUE|FALSE)$/.test(setting)
                ? undefined
                : `is "${setting}"`;
        if (problem !== undefined)
          report(manifest, toPointer('metadata', 'annotations', DRY_RUN_ANNOTATION), { problem });
      }
    },
  }),
];

function conditionProblem(condition: JsonValue, target: Target): string | undefined {
  const key = textAt(condition, 'key') ?? '';
  if (key === '') return 'has no key';
  const name = conditionField(key);
  const since = name && policyFieldFacts(name).since;
  if (!keyIsWhole(key) || (since !== undefined && !target.has(since))) return `has the unknown key "${key}"`;
  const count = listAt(condition, 'values').length + listAt(condition, 'notValues').length;
  return count === 0 ? `on ${key} has no values` : undefined;
}
