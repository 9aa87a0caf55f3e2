import { field, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { isCallerField } from '../../../../upstream/istio/policy-fields';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { policy } from '../examples';
import { POLICY_ADMISSION } from '../refused-policy';
import { onlyByTcp } from './policy-ports';

/** A policy with an external authorizer that Istio refuses, or whose authorizer cannot be called. */
export const CUSTOM_POLICY_RULE = defineRule({
  id: 'custom-policy',
  subject: 'What Istio refuses in a policy',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid CUSTOM policy',
  found: '{problem}',
  why: "Istio's webhook refuses an incomplete policy; if the authorizer cannot be called, matching requests are denied, but matching TCP connections are allowed.",
  fix: 'set a provider only for CUSTOM, and use only fields that need no identity',
  source: POLICY_ADMISSION,
  wrong: policy('  action: CUSTOM\n  rules: [{to: [{operation: {paths: [/admin]}}]}]'),
  right: policy('  action: CUSTOM\n  provider: {name: authorizer}\n  rules: [{to: [{operation: {paths: [/admin]}}]}]'),
  check(context, report) {
    const { authorizationPolicies } = context;
    for (const { manifest, action, rules } of authorizationPolicies) {
      const provider = field(manifest.body, 'spec', 'provider');
      if (action !== 'CUSTOM') {
        if (provider != null) report(manifest, '/spec/provider', { problem: `provider is given for ${action}` });
        continue;
      }
      if (!textAt(provider, 'name')) report(manifest, '/spec/provider', { problem: 'CUSTOM has no provider name' });
      if (rules.length === 0) report(manifest, '/spec/rules', { problem: 'CUSTOM has no rules' });
      for (const { name, pointer } of rules.flatMap(({ fields }) => fields)) {
        if (isCallerField(name)) report(manifest, pointer, { problem: `CUSTOM cannot use ${name}` });
      }
      const name = textAt(provider, 'name') ?? '';
      const isHttp = context.authorizers.extensionProviders?.get(name)?.kind === 'http';
      for (const rule of isHttp ? rules : []) {
        const pod = onlyByTcp(context, context.scopeOf(manifest), rule);
        if (pod === undefined) continue;
        const problem = `"${name}" is called over HTTP, but ${pod.name} has only TCP ports for the rule, where it is not called`;
        report(manifest, rule.pointer, { problem });
      }
      // The mesh configuration may be that of another cluster, where files are alternatives of others.
      const isSure = context.complete || !context.manifests.haveAlternatives;
      for (const problem of providerProblems(context, manifest, name)) {
        report(manifest, '/spec/provider/name', { problem }, isSure ? undefined : 'warning');
      }
    }
  },
});

/** Why the authorizer that a CUSTOM policy names cannot be asked; istiod then denies what the policy matches. */
function providerProblems(context: CheckContext, policy: Manifest, provider: string): readonly string[] {
  if (provider === '') return [];
  const { extensionProviders, severalAuthorizers } = context.authorizers;
  const problems: string[] = [];
  if (extensionProviders !== undefined && !extensionProviders.has(provider)) {
    problems.push(`meshConfig.extensionProviders has no external authorizer "${provider}", so what matches is denied`);
  }
  if (severalAuthorizers && context.target.canHaveSeveralAuthorizers) return problems;
  for (const workload of context.scopeOf(policy)) {
    const others = context.authorizationPolicies
      .filter(({ manifest, action }) => action === 'CUSTOM' && context.scopeOf(manifest).includes(workload))
      .map(({ manifest }) => textAt(manifest.body, 'spec', 'provider', 'name') ?? '')
      .filter((name) => name !== '' && name !== provider);
    if (others.length === 0) continue;
    problems.push(`${workload.name} has the external authorizer "${others[0]}" too, so what matches is denied`);
    break;
  }
  return problems;
}
