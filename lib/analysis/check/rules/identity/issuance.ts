import { field, type JsonValue, listAt, objectAt, textAt } from '../../../../base/json';
import { idTemplate, type TeleportResource } from '../../../../model/teleport/teleport-resources';
import { ATTRIBUTE_NAMES, attributeType } from '../../../../upstream/teleport/attribute-names';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { stream } from '../examples';
import { IDENTITY_RULES, ISTIO_PATH, tbotConfig, workloadIdentity } from '../teleport-examples';
import { isOnlyWritten } from './file-outputs';

function hasAllowRule({ spec }: TeleportResource): boolean {
  return listAt(spec, 'rules', 'allow').length > 0;
}

/** Whether the identity depends on what only the Kubernetes attestor knows. */
function needsAttestor(identity: TeleportResource): boolean {
  return /workload\.kubernetes\./.test(idTemplate(identity) + JSON.stringify(identity.spec.rules ?? ''));
}

function isPositive(condition: JsonValue): boolean {
  return field(condition, 'eq') !== undefined || field(condition, 'in') !== undefined;
}

function conditionProblem(condition: JsonValue): string | undefined {
  const operators = ['eq', 'not_eq', 'in', 'not_in'].filter((name) => field(condition, name) !== undefined);
  if (operators.length === 0) return 'a condition has no operator';
  if (operators.length > 1) return `a condition has ${operators.join(' and ')}`;
  const attribute = textAt(condition, 'attribute') ?? '';
  const type = attributeType(attribute);
  if (type === 'map') return `${attribute} has many values; conditions read plain attributes only`;
  if (type === 'scalar') return undefined;
  return `there is no attribute "${attribute}"${didYouMean(attribute, ATTRIBUTE_NAMES)}`;
}

/** Who gets an identity: the rules of Teleport's workload_identity resources. */
export const ISSUANCE_RULES = [
  defineRule({
    id: 'identity-unattested',
    subject: 'Who gets an identity',
    since: '0.1.0',
    severity: 'error',
    title: 'Workload identity issued without attestation',
    found: '{problem}',
    why: 'Attestation fails softly: without rules or attested attributes every process that reaches the socket gets the identity, or none does.',
    fix: 'add an allow rule with a positive condition, and enable the Kubernetes attestor',
    source:
      'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go, lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: stream(workloadIdentity(ISTIO_PATH), tbotConfig()),
    right: stream(workloadIdentity(ISTIO_PATH), tbotConfig({ service: 'attestors: {kubernetes: {enabled: true}}' })),
    check(context, report) {
      for (const resource of context.teleport.identities) {
        const id = idTemplate(resource);
        if (id === '' || id.includes('{{') || hasAllowRule(resource) || isOnlyWritten(context, resource)) continue;
        const problem = `the SPIFFE ID ${id} is static and no rule limits who gets it`;
        report(resource.manifest, '/spec', { problem });
      }
      const names = new Set(context.teleport.identities.filter(needsAttestor).map(({ name }) => name));
      for (const { manifest, workloadApis } of context.tbotConfigs) {
        for (const { body, pointer } of workloadApis) {
          const name = textAt(body, 'selector', 'name') ?? '';
          if (!names.has(name) || field(body, 'attestors', 'kubernetes', 'enabled') === true) continue;
          const problem = `identity "${name}" needs Kubernetes attributes, but the attestor is off`;
          report(manifest, pointer, { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'rules-empty',
    subject: 'Who gets an identity',
    since: '0.1.0',
    severity: 'warning',
    title: 'Workload identity without rules',
    found: 'the identity has no allow rule',
    why: 'Every workload on the nodes gets an identity of the mesh, in any namespace.',
    fix: 'add an allow rule that lists the namespaces',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: workloadIdentity(ISTIO_PATH, ''),
    right: workloadIdentity(ISTIO_PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const isTemplate = idTemplate(resource).includes('{{');
        if (isTemplate && !hasAllowRule(resource)) report(resource.manifest, '/spec');
      }
    },
  }),
  defineRule({
    id: 'rules-only-negative',
    subject: 'Who gets an identity',
    since: '0.1.0',
    severity: 'error',
    title: 'Rule with negative conditions only',
    found: 'the rule has only not_eq and not_in',
    why: 'An attribute that is not set counts as empty, so a caller that was not attested passes.',
    fix: 'add a positive condition, such as workload.kubernetes.attested eq "true"',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: workloadIdentity(ISTIO_PATH, IDENTITY_RULES.replace('in: {values: [shop]}', 'not_eq: {value: kube-system}')),
    right: workloadIdentity(ISTIO_PATH),
    check({ teleport }, report) {
      for (const { manifest, spec } of teleport.identities) {
        listAt(spec, 'rules', 'allow').forEach((rule, index) => {
          const conditions = listAt(rule, 'conditions');
          if (conditions.length > 0 && !conditions.some(isPositive)) report(manifest, `/spec/rules/allow/${index}`);
        });
      }
    },
  }),
  defineRule({
    id: 'rules-shape',
    subject: 'Who gets an identity',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid workload identity rule',
    found: '{problem}',
    why: 'Teleport refuses the resource, or stops at this rule and does not try the ones after it.',
    fix: 'write either conditions, each with one operator on one plain attribute, or an expression',
    source:
      'gravitational/teleport lib/services/workload_identity.go, lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: workloadIdentity(
      ISTIO_PATH,
      IDENTITY_RULES.replace('workload.kubernetes.namespace', 'workload.kubernetes.labels'),
    ),
    right: workloadIdentity(ISTIO_PATH),
    check({ teleport }, report) {
      for (const { manifest, spec } of teleport.identities) {
        if (objectAt(spec, 'rules').deny !== undefined) {
          report(manifest, '/spec/rules/deny', { problem: 'there are no deny rules' });
        }
        listAt(spec, 'rules', 'allow').forEach((rule, index) => {
          const pointer = `/spec/rules/allow/${index}`;
          const hasConditions = listAt(rule, 'conditions').length > 0;
          if (hasConditions === (textAt(rule, 'expression') ?? '').length > 0) {
            const problem = hasConditions ? 'both conditions and expression' : 'neither conditions nor expression';
            report(manifest, pointer, { problem: `the rule has ${problem}` });
          }
          listAt(rule, 'conditions').forEach((condition, at) => {
            const problem = conditionProblem(condition);
            if (problem) report(manifest, `${pointer}/conditions/${at}`, { problem });
          });
        });
      }
    },
  }),
];
