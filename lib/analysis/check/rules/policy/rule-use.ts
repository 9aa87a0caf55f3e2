import { field, listAt, objectAt, textAt, textsAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import { workloadEntries } from '../../../../model/cluster/workload-entries';
import type { Manifest } from '../../../../model/documents/manifest';
import { gatewayAccounts } from '../../../../model/gateways/gateway-accounts';
import { isIdentityField, policyField } from '../../../../upstream/istio/policy-fields';
import { GATEWAY_API } from '../../../../upstream/kubernetes/api-groups';
import { ruleName } from '../../../access/rule-name';
import type { CompiledCondition } from '../../../policy/compiled-condition';
import { asCompiled } from '../../../policy/compiled-rule';
import type { EvaluatedPolicy, EvaluatedRule } from '../../../policy/evaluated-policy';
import type { RuleUse } from '../../../rule-use/rule-use';
import type { CheckContext } from '../../context/check-context';
import { idleSelectors } from '../../context/idle-selectors';
import { oncePerContext } from '../../context/once-per-context';
import { type CheckRule, defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';
import { POLICY_VALUE_RULES } from '../policy-values/policy-values';
import { POLICY_RULES } from './policies';
import { POLICY_ADMISSION_RULES } from './policy-admission';
import { POLICY_PORT_RULES } from './policy-ports';
import { JOINING_RULES } from './policy-subjects';
import { PRINCIPAL_RULES } from './principals';

const policy = (spec: string, name = 'catalogue') => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: catalogue}}
${spec}
`;

const CATALOGUE = stream(
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  deployment('front-end', '', ''),
  deployment('catalogue', '', ''),
  service('catalogue', '{name: http, port: 80}'),
);

const FRONT_END = 'from: [{source: {principals: [cluster.local/ns/shop/sa/front-end]}}]';

/** What policies and rules do not do, without what a rule about a single policy says better. */
const idleUses = oncePerContext((context): readonly RuleUse[] => {
  const idle = context.ruleUses.filter(({ kind }) => kind !== 'identity-without-mtls');
  if (idle.length === 0) return idle;
  const spoken = new Set<string>();
  for (const rule of SPECIFIC) {
    rule.check?.(context, (manifest, pointer) => {
      const [at] = /^\/spec\/rules\/\d+/.exec(pointer) ?? [];
      if (at !== undefined) spoken.add(positionOf(manifest, at));
    });
  }
  return idle.filter((use) => !('rule' in use) || !spoken.has(positionOf(use.rule.policy, use.rule.pointer)));
});

function positionOf({ file, document }: Manifest, pointer: string): string {
  return [file, document, pointer].join('\n');
}

/** Rules that say in other words why a policy's rule does nothing. */
const SPECIFIC: readonly CheckRule[] = [
  ...[...POLICY_RULES, ...PRINCIPAL_RULES, ...POLICY_PORT_RULES],
  ...[...POLICY_ADMISSION_RULES, ...POLICY_VALUE_RULES, ...JOINING_RULES],
];

/** A policy of any kind and the namespace it is in. */
type Placed = Pick<EvaluatedPolicy, 'manifest' | 'namespace'>;

/** Whether a policy may be for pods that somebody else's program makes: those of gateways. */
function isForGateways(context: CheckContext, { manifest, namespace }: Placed): boolean {
  const { targetRef, targetRefs } = objectAt(manifest.body, 'spec');
  const isTargeted = (targetRef ?? targetRefs) !== undefined;
  return (
    isTargeted || gatewayAccounts(context.manifests).some((account) => (account.namespace ?? namespace) === namespace)
  );
}

/** Whether a policy is for a virtual machine. */
function isForEntries(context: CheckContext, { manifest, namespace }: Placed): boolean {
  const selector = textsAt(manifest.body, 'spec', 'selector', 'matchLabels');
  const isInScope = (place: string) => namespace === context.rootNamespace || place === namespace;
  return workloadEntries(context.manifests).some((one) => isInScope(one.namespace) && selects(selector, one.labels));
}

function noWorkload({ namespace }: Placed): string {
  return `no workload in ${namespace} has the labels that the policy selects`;
}

/** Gateways that policies are attached to and that nobody defines. */
function missingGateways({ manifests, authorizationPolicies }: CheckContext) {
  const gateways = manifests.ofKind('Gateway', GATEWAY_API);
  const known = new Set(gateways.map(({ name, namespace }) => `${namespace ?? 'default'}/${name}`));
  return authorizationPolicies.flatMap(({ manifest, namespace }) =>
    listAt(manifest.body, 'spec', 'targetRefs').flatMap((ref, index) => {
      const name = textAt(ref, 'name') ?? '';
      if (textAt(ref, 'kind') !== 'Gateway' || known.has(`${namespace}/${name}`)) return [];
      return [{ manifest, pointer: `/spec/targetRefs/${index}`, name }];
    }),
  );
}

function matchesEverything(rule: EvaluatedRule): boolean {
  const { from, to, when } = asCompiled(rule);
  return from.length + to.length + when.length === 0;
}

/** What policies do to the callers and ports there are, as the evaluator of `teleport-istio can` sees it. */
export const RULE_USE_RULES = [
  defineRule({
    id: 'policy-without-workload',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'warning',
    yieldsTo: ['selector-misses-pods', 'policy-selector-labels'],
    title: 'Policy selects no workload',
    found: '{problem}',
    why: 'It is not enforced anywhere: what it should deny is not denied, and what it should allow may be closed.',
    fix: 'correct the selector or the labels, or remove the policy',
    source: 'istio/istio pilot/pkg/model/policyattachment.go',
    needsComplete: true,
    wrong: stream(CATALOGUE.replaceAll('app: catalogue', 'app: orders'), policy(`  rules: [{${FRONT_END}}]`)),
    right: stream(CATALOGUE, policy(`  rules: [{${FRONT_END}}]`)),
    check(context, report) {
      for (const use of idleUses(context)) {
        if (use.kind !== 'policy-without-workload' || isForGateways(context, use.policy)) continue;
        if (isForEntries(context, use.policy)) continue;
        // One for a whole namespace waits for the workloads to come.
        if (field(use.policy.manifest.body, 'spec', 'selector') === undefined) continue;
        report(use.policy.manifest, '/spec/selector', { problem: noWorkload(use.policy) });
      }
      // How the rules of an AuthorizationPolicy are used has just been said.
      for (const policy of idleSelectors(context)) {
        if (
          policy.manifest.kind === 'AuthorizationPolicy' ||
          isForGateways(context, policy) ||
          isForEntries(context, policy)
        )
          continue;
        report(policy.manifest, '/spec/selector', { problem: noWorkload(policy) });
      }
      for (const { manifest, pointer, name } of missingGateways(context)) {
        report(manifest, pointer, { problem: `there is no Gateway ${name} in the policy's namespace` });
      }
    },
  }),
  defineRule({
    id: 'policy-rule-unreachable',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'warning',
    yieldsTo: ['identity-rule-on-plain-port'],
    title: 'Rule matches no request',
    found: '{rule} matches no caller on any port of its workloads',
    why: 'It matches no caller that can connect, so it allows or denies nothing.',
    fix: 'ask "teleport-istio can" why, then correct its source or its ports, or remove it',
    source: 'istio/istio pilot/pkg/security/authz/model',
    needsComplete: true,
    wrong: stream(CATALOGUE, policy('  rules: [{from: [{source: {namespaces: [shopp]}}]}]')),
    right: stream(CATALOGUE, policy('  rules: [{from: [{source: {namespaces: [shop]}}]}]')),
    check(context, report) {
      for (const use of idleUses(context)) {
        if (use.kind !== 'rule-never-matches') continue;
        report(use.rule.policy, use.rule.pointer, { rule: ruleName(use.rule) });
      }
    },
  }),
  defineRule({
    id: 'allow-rule-shadowed',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'warning',
    title: 'ALLOW rule is redundant',
    found: '{rule} allows nothing that {by} does not allow',
    why: 'Removing it or making it stricter changes nothing: the wider rule still allows the callers.',
    fix: 'remove it, or narrow {by}',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (authorization policy precedence)',
    wrong: stream(
      CATALOGUE,
      policy(`  rules:\n    - ${FRONT_END}\n    - ${FRONT_END}\n      to: [{operation: {methods: [GET]}}]`),
    ),
    right: stream(CATALOGUE, policy(`  rules:\n    - ${FRONT_END}\n      to: [{operation: {methods: [GET]}}]`)),
    check(context, report) {
      for (const use of idleUses(context)) {
        // Of a rule that allows everybody "allow-all-rule" says that it makes the others void.
        if (use.kind !== 'rule-covered' || use.rule.action !== 'ALLOW' || matchesEverything(use.by)) continue;
        report(use.rule.policy, use.rule.pointer, { rule: ruleName(use.rule), by: ruleName(use.by) });
      }
    },
  }),
  defineRule({
    id: 'allow-rule-denied',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'warning',
    title: 'ALLOW rule overridden by DENY',
    found: '{rule} allows nothing that {by} does not refuse',
    why: 'DENY takes precedence over ALLOW, so this rule allows no caller.',
    fix: 'remove it, or narrow {by}; if this is intended, suppress the finding with the reason',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (authorization policy precedence)',
    wrong: stream(
      CATALOGUE,
      policy(`  rules:\n    - ${FRONT_END}\n      to: [{operation: {ports: ["80"]}}]`),
      policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["80"]}}]', 'deny'),
    ),
    right: stream(
      CATALOGUE,
      policy(`  rules:\n    - ${FRONT_END}\n      to: [{operation: {ports: ["80"]}}]`),
      policy('  action: DENY\n  rules:\n    - to: [{operation: {ports: ["80"], paths: ["/admin*"]}}]', 'deny'),
    ),
    check(context, report) {
      for (const use of idleUses(context)) {
        if (use.kind !== 'rule-denied') continue;
        report(use.rule.policy, use.rule.pointer, { rule: ruleName(use.rule), by: ruleName(use.by) });
      }
    },
  }),
  defineRule({
    id: 'identity-rule-with-plaintext',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'warning',
    title: 'Rule on identities for callers without mutual TLS',
    found: '{rule} is about identities, and port {port} of {workload} also accepts callers without one: they {effect}',
    why: 'Without mTLS there is no identity: such a caller matches every "not" field, and does not match a DENY that names identities.',
    fix: 'make the port STRICT',
    source: 'istio/istio pilot/pkg/security/authz/model',
    wrong: stream(CATALOGUE, peer('PERMISSIVE'), policy('  rules: [{from: [{source: {notNamespaces: [test]}}]}]')),
    right: stream(CATALOGUE, peer('STRICT'), policy('  rules: [{from: [{source: {notNamespaces: [test]}}]}]')),
    check(context, report) {
      const reported = new Set<EvaluatedRule>();
      for (const use of context.ruleUses) {
        const effect = use.kind === 'identity-without-mtls' ? effectOf(use) : undefined;
        if (use.kind !== 'identity-without-mtls' || effect === undefined || reported.has(use.rule)) continue;
        // One of its ports is enough to know that the mode is wrong.
        reported.add(use.rule);
        const values = { rule: ruleName(use.rule), port: use.podPort, workload: use.workload.name, effect };
        report(use.rule.policy, use.rule.pointer, values);
      }
    },
  }),
];

function effectOf({ rule, outcome }: Extract<RuleUse, { kind: 'identity-without-mtls' }>): string | undefined {
  if (outcome === 'matched' && rule.action === 'ALLOW' && !isForStrangers(rule)) return 'are all allowed by it';
  return outcome === 'not-stopped' ? 'bypass it' : undefined;
}

/** Whether a rule says in so many words that it is for callers without an identity: `notPrincipals: ['*']` means nobody else. */
function isForStrangers(rule: EvaluatedRule): boolean {
  const { from, when } = asCompiled(rule);
  const namesNobody = ({ field, negated, values }: CompiledCondition) =>
    negated && policyField(field) === 'principals' && values.length === 1 && values[0] === '*';
  const excludes = ({ field, negated }: CompiledCondition) => negated && isIdentityField(field);
  if (from.length === 0 || when.some(excludes)) return false;
  return from.every((source) => source.some(namesNobody) || !source.some(excludes));
}

function peer(mode: string): string {
  return `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: ${mode}}}\n`;
}
