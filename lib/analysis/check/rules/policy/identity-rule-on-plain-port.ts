import type { Workload } from '../../../../model/cluster/workload';
import type { PolicyRule } from '../../../../model/policy/authorization-policy';
import { policyField } from '../../../../upstream/istio/policy-fields';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, policy, service, stream } from '../examples';
import { neededIdentity } from './needed-identity';

const peer = (mode: string) =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: ${mode}}}\n`;

const CATALOGUE = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  deployment('catalogue', '', ''),
  service('catalogue', '{name: http, port: 80}'),
  policy('  selector: {matchLabels: {app: catalogue}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]'),
);

/** The ports of a workload by which Services call it and that a rule is for. */
function portsOf(context: CheckContext, workload: Workload, { to, when }: PolicyRule): readonly number[] {
  const targets = context.portsOf(workload).flatMap(({ target }) => target ?? []);
  const clauses = to.length === 0 ? [undefined] : to;
  return targets.filter((port) =>
    clauses.some((clause) =>
      [...(clause?.fields ?? []), ...when.flatMap(({ fields }) => fields)]
        .filter(({ name }) => policyField(name) === 'ports')
        .every(({ values, negative }) => values.includes(String(port)) !== negative),
    ),
  );
}

/** The first place a rule is for, if mutual TLS is disabled at all of them. */
function firstPlain(context: CheckContext, scope: readonly Workload[], rule: PolicyRule) {
  let first: { readonly workload: Workload; readonly port: number } | undefined;
  for (const workload of scope) {
    if (context.proxyOf(workload).kind !== 'sidecar') continue;
    for (const port of portsOf(context, workload, rule)) {
      if (context.mtlsModes.modeOf(workload, port).mode !== 'DISABLE') return undefined;
      first ??= { workload, port };
    }
  }
  return first;
}

/** A rule about identities for ports on which nobody has one. */
export const IDENTITY_RULE_ON_PLAIN_PORT_RULE = defineRule({
  id: 'identity-rule-on-plain-port',
  subject: 'How policies are used',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Rule on identities where mutual TLS is disabled',
  found: 'a rule needs {field}, but mutual TLS is disabled on port {port} of {workload}',
  why: 'With mode DISABLE the proxy accepts only plain text, so no caller has an identity: an ALLOW allows no caller by this rule, and a DENY has no effect.',
  fix: 'set the PeerAuthentication to STRICT, or use addresses in the rule',
  source: 'istio/istio pilot/pkg/security/authn/policy_applier.go, pilot/pkg/security/authz/model/generator.go',
  wrong: stream(peer('DISABLE'), CATALOGUE),
  right: stream(peer('STRICT'), CATALOGUE),
  check(context, report) {
    // Without such a mode anywhere there is nothing to look for.
    const isDisabled = context.peerAuthentications.some(
      ({ mode, portModes }) => mode === 'DISABLE' || Object.values(portModes).includes('DISABLE'),
    );
    if (!isDisabled) return;
    for (const { manifest, action, rules } of context.authorizationPolicies) {
      const scope = action === 'CUSTOM' ? [] : context.scopeOf(manifest);
      for (const rule of scope.length === 0 ? [] : rules) {
        const field = neededIdentity(rule);
        if (field === undefined) continue;
        const first = firstPlain(context, scope, rule);
        if (first === undefined) continue;
        report(manifest, rule.pointer, { field, port: first.port, workload: first.workload.name });
      }
    }
  },
});
