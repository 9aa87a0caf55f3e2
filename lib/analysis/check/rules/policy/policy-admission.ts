import { field, isList, isObject, type JsonValue, listAt, objectAt, scalarText, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import { parseBool } from '../../../../upstream/istio/parse-bool';
import {
  conditionField,
  isCallerField,
  keyIsWhole,
  notForm,
  POLICY_FIELDS,
  policyFieldFacts,
} from '../../../../upstream/istio/policy-fields';
import { DRY_RUN_ANNOTATION, policyTargetGroup } from '../../../../upstream/istio/policy-targets';
import {
  ISTIO_EXTENSIONS,
  ISTIO_NETWORKING,
  ISTIO_SECURITY,
  ISTIO_TELEMETRY,
} from '../../../../upstream/kubernetes/api-groups';
import type { Target } from '../../../../upstream/releases/target';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { policy } from '../examples';
import { WHY_REFUSED } from '../refused-policy';
import { onlyByTcp } from './policy-ports';

const ADMISSION =
  'istio/istio pkg/config/validation/validation.go (ValidateAuthorizationPolicy), pkg/config/security/security.go';
/** What the entries of a part hold. */
const PARTS = { from: 'source', to: 'operation' } as const;

/** Fields that cannot stand in one source with ServiceAccounts. */
const BESIDES_SERVICE_ACCOUNTS: ReadonlySet<string> = new Set(
  POLICY_FIELDS.serviceAccounts.notBeside.flatMap((name) => [name, notForm(name)]),
);

/** Kinds that are attached to workloads by a selector or to targets by name, all in one way. */
const ATTACHED_KINDS = [
  ['AuthorizationPolicy', ISTIO_SECURITY],
  ['RequestAuthentication', ISTIO_SECURITY],
  ['Telemetry', ISTIO_TELEMETRY],
  ['WasmPlugin', ISTIO_EXTENSIONS],
  ['TrafficExtension', ISTIO_EXTENSIONS],
] as const;

/** Kinds that select pods, and where their labels stand. */
const SELECTING_KINDS = [
  ...[...ATTACHED_KINDS, ['PeerAuthentication', ISTIO_SECURITY], ['ProxyConfig', ISTIO_NETWORKING]].map(
    ([kind = '', group = '']) => [kind, group, 'selector', 'matchLabels'] as const,
  ),
  ['DestinationRule', ISTIO_NETWORKING, 'workloadSelector', 'matchLabels'],
  ...['Sidecar', 'ServiceEntry', 'EnvoyFilter'].map(
    (kind) => [kind, ISTIO_NETWORKING, 'workloadSelector', 'labels'] as const,
  ),
] as const;

function attachedObjects({ manifests }: CheckContext): readonly Manifest[] {
  return ATTACHED_KINDS.flatMap(([kind, group]) => manifests.ofKind(kind, group));
}

/** What Istio refuses in an AuthorizationPolicy when it is created. */
export const POLICY_ADMISSION_RULES = [
  defineRule({
    id: 'policy-two-attachments',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Policy attached in more than one way',
    found: '{one} and {other} are both set',
    why: WHY_REFUSED,
    fix: 'keep one of selector, targetRef and targetRefs',
    source: ADMISSION,
    wrong: policy(
      '  selector: {matchLabels: {app: catalogue}}\n  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy(
      '  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    check(context, report) {
      for (const manifest of attachedObjects(context)) {
        const spec = objectAt(manifest.body, 'spec');
        const [one, other] = ['selector', 'targetRef', 'targetRefs'].filter((key) => spec[key] != null);
        if (one !== undefined && other !== undefined) report(manifest, `/spec/${other}`, { one, other });
      }
    },
  }),
  defineRule({
    id: 'policy-selector-labels',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid selector label',
    found: 'the selector has {what}',
    why: WHY_REFUSED,
    fix: 'write plain labels; leave the selector out to select every pod',
    source: 'istio/istio pkg/config/validation/validation.go (validateWorkloadSelector)',
    wrong: policy(
      '  selector: {matchLabels: {app: "catalogue*"}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy('  selector: {matchLabels: {app: catalogue}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]'),
    check({ manifests }, report) {
      for (const [kind, group, ...path] of SELECTING_KINDS) {
        for (const manifest of manifests.ofKind(kind, group)) {
          for (const [key, label] of Object.entries(objectAt(manifest.body, 'spec', ...path))) {
            const what =
              key === ''
                ? 'an empty key'
                : `${key}${scalarText(label)}`.includes('*')
                  ? `an asterisk in ${key}`
                  : undefined;
            if (what !== undefined) report(manifest, toPointer('spec', ...path, key), { what });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'policy-target-ref',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid policy target',
    found: 'the target {problem}',
    why: WHY_REFUSED,
    fix: 'name a Service, ServiceEntry, Gateway or GatewayClass of the same namespace',
    source: ADMISSION,
    wrong: policy(
      '  targetRefs: [{kind: Deployment, group: apps, name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy(
      '  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    check(context, report) {
      for (const manifest of attachedObjects(context)) {
        const spec = objectAt(manifest.body, 'spec');
        const refs: (readonly [string, JsonValue])[] = listAt(spec, 'targetRefs').map((ref, index) => [
          `/spec/targetRefs/${index}`,
          ref,
        ]);
        if (isObject(spec.targetRef)) refs.push(['/spec/targetRef', spec.targetRef]);
        for (const [pointer, ref] of refs) {
          const [key, problem] = targetProblem(ref) ?? [];
          if (problem !== undefined) report(manifest, `${pointer}/${key}`, { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'custom-policy',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid CUSTOM policy',
    found: '{problem}',
    why: "Istio's webhook refuses an incomplete policy; if the authorizer cannot be called, matching requests are denied, but matching TCP connections are allowed.",
    fix: 'set a provider only for CUSTOM, and use only fields that need no identity',
    source: ADMISSION,
    wrong: policy('  action: CUSTOM\n  rules: [{to: [{operation: {paths: [/admin]}}]}]'),
    right: policy(
      '  action: CUSTOM\n  provider: {name: authorizer}\n  rules: [{to: [{operation: {paths: [/admin]}}]}]',
    ),
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
  }),
  defineRule({
    id: 'deny-without-rules',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'DENY policy without rules',
    found: 'the action is DENY and there are no rules',
    why: "It would match nothing, so Istio's webhook refuses it.",
    fix: 'write rules: [{}] to deny everything',
    source: ADMISSION,
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
    source: ADMISSION,
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
    source: ADMISSION,
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

/** The key of a target that Istio refuses, and why; undefined if it does not. */
function targetProblem(ref: JsonValue): readonly [key: string, problem: string] | undefined {
  if (!textAt(ref, 'name')) return ['name', 'has no name'];
  if (textAt(ref, 'namespace')) return ['namespace', 'has a namespace'];
  const kind = textAt(ref, 'kind') ?? '';
  const group = textAt(ref, 'group') ?? '';
  if (policyTargetGroup(kind) === group || (kind === 'Service' && group === 'core')) return undefined;
  if (kind === '') return ['kind', 'has no kind'];
  return ['kind', `is the kind ${group === '' ? kind : `${group}/${kind}`}`];
}

function conditionProblem(condition: JsonValue, target: Target): string | undefined {
  const key = textAt(condition, 'key') ?? '';
  if (key === '') return 'has no key';
  const name = conditionField(key);
  const since = name && policyFieldFacts(name).since;
  if (!keyIsWhole(key) || (since !== undefined && !target.has(since))) return `has the unknown key "${key}"`;
  const count = listAt(condition, 'values').length + listAt(condition, 'notValues').length;
  return count === 0 ? `on ${key} has no values` : undefined;
}
