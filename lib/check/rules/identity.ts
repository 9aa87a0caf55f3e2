import { hasIstioPath, idTemplate, type TeleportResource } from '../../cluster';
import { field, isList, listAt, objectAt, textAt } from '../../manifests';
import { ATTRIBUTE_NAMES, attributeType, baseNameOf, type CheckContext, socketPath } from '../model';
import { defineRule } from '../rule';
import { didYouMean } from './did-you-mean';
import { OVERLAY, stream, withTemplate } from './examples';
import { tbotConfig } from './teleport-examples';

const PATH = '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}';

const RULES = `  rules:
    allow:
      - conditions:
          - {attribute: workload.kubernetes.namespace, in: {values: [shop]}}
`;

const identity = (id: string, rules = RULES) => `kind: workload_identity
version: v1
metadata: {name: mesh, labels: {mesh: shop}}
spec:
  spiffe:
    id: ${id}
${rules}`;

/** Names of identities that Workload APIs select, and of those that file outputs do. */
function selectedNames({ tbotConfigs }: CheckContext) {
  const byApi = new Set<string>();
  const byOutput = new Set<string>();
  for (const { services, workloadApis } of tbotConfigs) {
    for (const service of services) {
      const name = textAt(service.body, 'selector', 'name');
      if (name !== undefined) (workloadApis.includes(service) ? byApi : byOutput).add(name);
    }
  }
  return { byApi, byOutput };
}

/** Whether Istio's proxies take this identity: its template is about pods, or their socket's service selects it. */
function isForIstio(context: CheckContext, { name, ...rest }: TeleportResource): boolean {
  if (/workload\.kubernetes\.(?:namespace|service_account)/.test(idTemplate({ name, ...rest }))) return true;
  const socketNames = context.meshConfigs.map(({ proxyMetadata }) => proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE);
  return context.tbotConfigs.some(({ workloadApis }) =>
    workloadApis.some(
      ({ body }) =>
        textAt(body, 'selector', 'name') === name &&
        socketNames.includes(baseNameOf(socketPath(textAt(body, 'listen')) ?? '')),
    ),
  );
}

/** The parts of a template between its braces. */
function expressionsOf(template: string): readonly string[] {
  return Array.from(template.matchAll(/\{\{(.*?)\}\}/g), ({ 1: inner = '' }) => inner.trim());
}

function shapeProblem(id: string): string | undefined {
  const plain = id.replace(/\{\{.*?\}\}/g, 'x');
  if (/^[a-z]+:\/\//.test(id)) return 'is a full URI; the trust domain is put in front of it';
  if (!id.startsWith('/')) return 'does not begin with a slash';
  if (id.length > 1 && id.endsWith('/')) return 'ends with a slash';
  if (plain.includes('//')) return 'has an empty segment';
  if (/\/\.\.?(?:\/|$)/.test(plain)) return 'has a dot segment';
  const illegal = /[^A-Za-z0-9._/-]/.exec(plain);
  return illegal ? `has the character ${JSON.stringify(illegal[0])}` : undefined;
}

/** Teleport's workload_identity resources. */
export const IDENTITY_RULES = [
  defineRule({
    id: 'spiffe-path-not-ns-sa',
    aliases: ['spiffe-id-istio'],
    severity: 'error',
    title: 'A SPIFFE ID that Istio does not expect',
    found: 'the path of the SPIFFE ID is {path}',
    why: 'istiod computes /ns/<namespace>/sa/<service account> for every pod, and clients accept exactly that; any other path ends in CERTIFICATE_VERIFY_FAILED though the chain is sound.',
    fix: `write ${PATH.replaceAll('{{ ', '{{').replaceAll(' }}', '}}')}`,
    source: 'istio/istio#49874, pilot/pkg/serviceregistry/kube/conversion.go',
    wrong: stream(
      withTemplate(OVERLAY),
      identity('/k8s/{{ workload.kubernetes.namespace }}/{{ workload.kubernetes.service_account }}'),
    ),
    right: stream(withTemplate(OVERLAY), identity(PATH)),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const resource of context.teleport.identities) {
        if (hasIstioPath(resource) || !isForIstio(context, resource)) continue;
        report(resource.manifest, '/spec/spiffe/id', { path: idTemplate(resource) });
      }
    },
  }),
  defineRule({
    id: 'spiffe-path-user-controlled',
    severity: 'warning',
    title: 'A SPIFFE ID its owner can shape',
    found: 'the SPIFFE ID has {what}',
    why: 'Policies on namespaces and serviceAccounts look for /ns/… anywhere in the path, so whoever chooses a part of it can look like another namespace.',
    fix: 'build the path from namespace and ServiceAccount only',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: identity('/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.labels["app"] }}'),
    right: identity(PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const id = idTemplate(resource);
        if (/workload\.\w+(?:\.\w+)*\.?(?:labels|annotations)/.test(id)) {
          report(resource.manifest, '/spec/spiffe/id', { what: 'a label in it' });
        } else if (id.split('/ns/').length > 2) {
          report(resource.manifest, '/spec/spiffe/id', { what: 'a second /ns/' });
        }
      }
    },
  }),
  defineRule({
    id: 'spiffe-id-shape',
    severity: 'error',
    title: 'A path that is no SPIFFE ID',
    found: '{id} {problem}',
    why: 'Teleport refuses the resource, or every issuance from it.',
    fix: 'write an absolute path of letters, digits, ".", "-" and "_"',
    source: 'spiffe/spiffe standards/SPIFFE-ID.md, gravitational/teleport lib/services/workload_identity.go',
    wrong: identity('spiffe://example.teleport.sh/ns/shop/sa/front-end'),
    right: identity(PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const id = idTemplate(resource);
        const problem = shapeProblem(id);
        if (problem) report(resource.manifest, '/spec/spiffe/id', { id: id === '' ? 'the SPIFFE ID' : id, problem });
      }
    },
  }),
  defineRule({
    id: 'template-attr',
    severity: 'error',
    title: 'A template that cannot be filled in',
    found: '{problem}',
    why: 'Without the attribute Teleport refuses every issuance.',
    fix: 'use an attribute that the attestor or the join gives',
    source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/workload-identity/attributes.mdx',
    wrong: identity('/ns/{{ workload.kubernetes.namespaces }}/sa/{{ workload.kubernetes.service_account }}'),
    right: identity(PATH),
    check(context, report) {
      const { byApi, byOutput } = selectedNames(context);
      for (const resource of context.teleport.identities) {
        const id = idTemplate(resource);
        for (const expression of expressionsOf(id)) {
          for (const { 0: name } of expression.matchAll(/\b(?:workload|join|user)(?:\.\w+)+/g)) {
            if (attributeType(name)) continue;
            const problem = `there is no attribute ${name}${didYouMean(name, ATTRIBUTE_NAMES)}`;
            report(resource.manifest, '/spec/spiffe/id', { problem });
          }
          if (/[{}]/.test(expression)) {
            report(resource.manifest, '/spec/spiffe/id', {
              problem: `the template "${expression}" has a brace inside`,
            });
          } else if (!/\b(?:workload|join|user)\.|["(]/.test(expression)) {
            report(resource.manifest, '/spec/spiffe/id', { problem: `"${expression}" is no attribute` });
          }
        }
        if (/\{\{[^}]*workload\./.test(id) && byOutput.has(resource.name) && !byApi.has(resource.name)) {
          const problem = 'workload attributes are used, but only a file output selects the identity';
          report(resource.manifest, '/spec/spiffe/id', { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'identity-unattested',
    severity: 'error',
    title: 'An identity for whoever asks',
    found: '{problem}',
    why: 'Attestation fails softly: without rules or attested attributes every process that reaches the socket gets the identity, or none does.',
    fix: 'add an allow rule with a positive condition, and switch the Kubernetes attestor on',
    source:
      'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go, lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: stream(identity(PATH), tbotConfig()),
    right: stream(identity(PATH), tbotConfig({ service: 'attestors: {kubernetes: {enabled: true}}' })),
    check(context, report) {
      const { byApi, byOutput } = selectedNames(context);
      for (const resource of context.teleport.identities) {
        const id = idTemplate(resource);
        const isOnlyWritten = byOutput.has(resource.name) && !byApi.has(resource.name);
        if (!id.includes('{{') && listAt(resource.spec, 'rules', 'allow').length === 0 && !isOnlyWritten) {
          const problem = `the SPIFFE ID ${id} is static and no rule limits who gets it`;
          report(resource.manifest, '/spec', { problem });
        }
      }
      const needAttestor = context.teleport.identities.filter((one) =>
        /workload\.kubernetes\./.test(idTemplate(one) + JSON.stringify(one.spec.rules ?? '')),
      );
      const names = new Map(needAttestor.map((one) => [one.name, one]));
      for (const { manifest, workloadApis } of context.tbotConfigs) {
        for (const { body, pointer } of workloadApis) {
          const name = textAt(body, 'selector', 'name') ?? '';
          if (!names.has(name) || field(body, 'attestors', 'kubernetes', 'enabled') === true) continue;
          report(manifest, pointer, {
            problem: `identity "${name}" needs Kubernetes attributes, but the attestor is off`,
          });
        }
      }
    },
  }),
  defineRule({
    id: 'rules-empty',
    severity: 'warning',
    title: 'An identity without rules',
    found: 'the identity has no allow rule',
    why: 'Every workload on the nodes gets an identity of the mesh, whatever its namespace.',
    fix: 'add an allow rule that lists the namespaces',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: identity(PATH, ''),
    right: identity(PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const isTemplate = idTemplate(resource).includes('{{');
        if (isTemplate && listAt(resource.spec, 'rules', 'allow').length === 0) report(resource.manifest, '/spec');
      }
    },
  }),
  defineRule({
    id: 'rules-only-negative',
    severity: 'error',
    title: 'A rule that passes for nobody in particular',
    found: 'the rule has only not_eq and not_in',
    why: 'An attribute that is not set reads as empty, so a caller that was not attested passes.',
    fix: 'add a positive condition, such as workload.kubernetes.attested eq "true"',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: identity(PATH, RULES.replace('in: {values: [shop]}', 'not_eq: {value: kube-system}')),
    right: identity(PATH),
    check({ teleport }, report) {
      for (const { manifest, spec } of teleport.identities) {
        listAt(spec, 'rules', 'allow').forEach((rule, index) => {
          const conditions = listAt(rule, 'conditions');
          const isPositive = (one: (typeof conditions)[number]) =>
            field(one, 'eq') !== undefined || field(one, 'in') !== undefined;
          if (conditions.length > 0 && !conditions.some(isPositive)) report(manifest, `/spec/rules/allow/${index}`);
        });
      }
    },
  }),
  defineRule({
    id: 'rules-shape',
    severity: 'error',
    title: 'A rule Teleport cannot evaluate',
    found: '{problem}',
    why: 'Teleport refuses the resource, or stops at this rule and does not try the ones after it.',
    fix: 'write either conditions, each with one operator on one plain attribute, or an expression',
    source:
      'gravitational/teleport lib/services/workload_identity.go, lib/auth/machineid/workloadidentityv1/decision.go',
    wrong: identity(PATH, RULES.replace('workload.kubernetes.namespace', 'workload.kubernetes.labels')),
    right: identity(PATH),
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

function conditionProblem(condition: Parameters<typeof field>[0]): string | undefined {
  const operators = ['eq', 'not_eq', 'in', 'not_in'].filter((name) => field(condition, name) !== undefined);
  if (operators.length !== 1)
    return `a condition has ${operators.length === 0 ? 'no operator' : operators.join(' and ')}`;
  const [operator = ''] = operators;
  const values = field(condition, operator, 'values');
  if (operator.endsWith('in') && isList(values) && values.length === 0) return `${operator} has no values`;
  const attribute = textAt(condition, 'attribute') ?? '';
  const type = attributeType(attribute);
  if (type === 'map') return `${attribute} has many values; conditions read plain attributes only`;
  if (type === 'scalar') return undefined;
  return `there is no attribute "${attribute}"${didYouMean(attribute, ATTRIBUTE_NAMES)}`;
}
