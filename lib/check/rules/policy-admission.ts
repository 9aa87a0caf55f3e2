import {
  field,
  isList,
  isObject,
  type JsonValue,
  listAt,
  type Manifest,
  objectAt,
  textAt,
  toPointer,
} from '../../manifests';
import { oncePerContext, type PolicyField } from '../model';
import { defineRule } from '../rule';
import { isIpBlock, pathTemplateProblem, portProblem, serviceAccountProblem } from './policy-values';

const policy = (spec: string, metadata = '') => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop${metadata}}
spec:
${spec}
`;

const source = (fields: string) => policy(`  rules:\n    - from: [{source: {${fields}}}]`);
const operation = (fields: string) => policy(`  rules:\n    - to: [{operation: {${fields}}}]`);

const ADMISSION =
  'istio/istio pkg/config/validation/validation.go (ValidateAuthorizationPolicy), pkg/config/security/security.go';
const WHY = "Istio's webhook refuses the policy; applied before the webhook is up it gets in and does something else.";

/** Kinds a policy can be attached to, with their groups. */
const TARGET_KINDS: ReadonlyMap<string, string> = new Map([
  ['Service', ''],
  ['ServiceEntry', 'networking.istio.io'],
  ['Gateway', 'gateway.networking.k8s.io'],
  ['GatewayClass', 'gateway.networking.k8s.io'],
]);

/** Keys of conditions besides those with a name in brackets. */
const CONDITION_KEYS: ReadonlySet<string> = new Set([
  ...['source.ip', 'remote.ip', 'source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'],
  ...['request.auth.principal', 'request.auth.audiences', 'request.auth.presenter'],
  ...['destination.ip', 'destination.port', 'connection.sni'],
]);
const NAMED_KEYS = /^(?:request\.headers|request\.auth\.claims|experimental\.envoy\.filters\.[^[]+)(?:\[[^\]]+\])+$/;

const IDENTITY_IN_CUSTOM = /^(?:not)?(?:namespaces|serviceAccounts|principals|requestPrincipals|trustDomains)$/i;
const CONDITION_IN_CUSTOM = /^(?:source\.(?:namespace|serviceAccount|trustDomain|principal)|request\.auth\.)/;

/** Every list of texts in a policy. */
const fields = oncePerContext(
  ({ authorizationPolicies }): readonly { readonly manifest: Manifest; readonly field: PolicyField }[] =>
    authorizationPolicies.flatMap(({ manifest, fields: all }) => all.map((one) => ({ manifest, field: one }))),
);

/** What Istio refuses in an AuthorizationPolicy when it is created. */
export const POLICY_ADMISSION_RULES = [
  defineRule({
    id: 'policy-two-attachments',
    severity: 'error',
    title: 'A policy attached in two ways',
    found: '{one} and {other} are both given',
    why: WHY,
    fix: 'keep one of selector, targetRef and targetRefs',
    source: ADMISSION,
    wrong: policy(
      '  selector: {matchLabels: {app: catalogue}}\n  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy(
      '  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    check({ authorizationPolicies }, report) {
      for (const { manifest } of authorizationPolicies) {
        const spec = objectAt(manifest.body, 'spec');
        const [one, other] = ['selector', 'targetRef', 'targetRefs'].filter((key) => spec[key] != null);
        if (one !== undefined && other !== undefined) report(manifest, `/spec/${other}`, { one, other });
      }
    },
  }),
  defineRule({
    id: 'policy-selector-labels',
    severity: 'error',
    title: 'A selector with a wildcard or an empty key',
    found: 'the selector has {what}',
    why: WHY,
    fix: 'write plain labels; leave the selector out to select every pod',
    source: 'istio/istio pkg/config/validation/validation.go (validateWorkloadSelector)',
    wrong: policy(
      '  selector: {matchLabels: {app: "catalogue*"}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy('  selector: {matchLabels: {app: catalogue}}\n  rules: [{from: [{source: {namespaces: [shop]}}]}]'),
    check({ authorizationPolicies, peerAuthentications }, report) {
      for (const { manifest, selector } of [...authorizationPolicies, ...peerAuthentications]) {
        for (const [key, label] of Object.entries(selector)) {
          const what = key === '' ? 'an empty key' : `${key}${label}`.includes('*') ? `a star in ${key}` : undefined;
          if (what !== undefined) report(manifest, toPointer('spec', 'selector', 'matchLabels', key), { what });
        }
      }
    },
  }),
  defineRule({
    id: 'policy-target-ref',
    severity: 'error',
    title: 'A target a policy cannot have',
    found: 'the target {problem}',
    why: WHY,
    fix: 'name a Service, ServiceEntry, Gateway or GatewayClass of the same namespace',
    source: ADMISSION,
    wrong: policy(
      '  targetRefs: [{kind: Deployment, group: apps, name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: policy(
      '  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    check({ authorizationPolicies }, report) {
      for (const { manifest } of authorizationPolicies) {
        const spec = objectAt(manifest.body, 'spec');
        const refs: (readonly [string, JsonValue])[] = listAt(spec, 'targetRefs').map((ref, index) => [
          `/spec/targetRefs/${index}`,
          ref,
        ]);
        if (isObject(spec.targetRef)) refs.push(['/spec/targetRef', spec.targetRef]);
        for (const [pointer, ref] of refs) {
          const kind = textAt(ref, 'kind') ?? '';
          const group = textAt(ref, 'group') ?? '';
          const expected = TARGET_KINDS.get(kind);
          const problem = !textAt(ref, 'name')
            ? 'has no name'
            : textAt(ref, 'namespace')
              ? 'has a namespace'
              : expected === undefined || (expected !== group && !(kind === 'Service' && group === 'core'))
                ? `is the kind ${group === '' ? '' : `${group}/`}${kind}`
                : undefined;
          if (problem !== undefined) report(manifest, pointer, { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'custom-policy',
    severity: 'error',
    title: 'A CUSTOM policy that is incomplete or asks too much',
    found: '{problem}',
    why: WHY,
    fix: 'name a provider for CUSTOM only, and keep to fields that need no identity',
    source: ADMISSION,
    wrong: policy('  action: CUSTOM\n  rules: [{to: [{operation: {paths: [/admin]}}]}]'),
    right: policy(
      '  action: CUSTOM\n  provider: {name: authorizer}\n  rules: [{to: [{operation: {paths: [/admin]}}]}]',
    ),
    check({ authorizationPolicies }, report) {
      for (const { manifest, action, rules, fields: policyFields } of authorizationPolicies) {
        const provider = field(manifest.body, 'spec', 'provider');
        if (action !== 'CUSTOM') {
          if (provider != null) report(manifest, '/spec/provider', { problem: `provider is given for ${action}` });
          continue;
        }
        if (!textAt(provider, 'name')) report(manifest, '/spec/provider', { problem: 'CUSTOM has no provider name' });
        if (rules.length === 0) report(manifest, '/spec/rules', { problem: 'CUSTOM has no rules' });
        for (const { name, pointer } of policyFields) {
          if (!IDENTITY_IN_CUSTOM.test(name) && !CONDITION_IN_CUSTOM.test(name)) continue;
          report(manifest, pointer, { problem: `CUSTOM cannot look at ${name}` });
        }
      }
    },
  }),
  defineRule({
    id: 'deny-without-rules',
    severity: 'error',
    title: 'A DENY without rules',
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
    severity: 'error',
    title: 'A part of a rule with nothing in it',
    found: '{part} is empty',
    why: `${WHY} Braces forgotten around "source" or "operation" look like this.`,
    fix: 'fill it in, or remove the key',
    source: ADMISSION,
    wrong: policy('  rules:\n    - from: []'),
    right: policy('  rules:\n    - from: [{source: {namespaces: [shop]}}]'),
    check({ authorizationPolicies }, report) {
      for (const { manifest, rules } of authorizationPolicies) {
        rules.forEach(({ pointer }, index) => {
          const rule = listAt(manifest.body, 'spec', 'rules')[index];
          if (rule === null) report(manifest, pointer, { part: 'the rule' });
          for (const [key, inner] of [
            ['from', 'source'],
            ['to', 'operation'],
          ] as const) {
            const list = field(rule, key);
            if (list === undefined) continue;
            if (!isList(list) || list.length === 0) report(manifest, `${pointer}/${key}`, { part: key });
            listAt(list).forEach((entry, at) => {
              const content = field(entry, inner);
              if (isObject(content) && Object.keys(content).length > 0) return;
              report(manifest, `${pointer}/${key}/${at}`, { part: inner });
            });
          }
        });
      }
    },
  }),
  defineRule({
    id: 'serviceaccounts-with-principals',
    severity: 'error',
    title: 'ServiceAccounts together with principals or namespaces',
    found: '{one} stands beside {other}',
    why: WHY,
    fix: 'use one of them; serviceAccounts takes namespace/name',
    source: ADMISSION,
    wrong: source('serviceAccounts: [shop/front-end], namespaces: [shop]'),
    right: source('serviceAccounts: [shop/front-end]'),
    check({ authorizationPolicies }, report) {
      for (const { manifest, rules } of authorizationPolicies) {
        for (const clause of rules.flatMap(({ from }) => from)) {
          const names = clause.fields.map(({ name }) => name);
          const one = names.find((name) => /^(?:not)?serviceAccounts$/i.test(name));
          const other = names.find((name) => /^(?:not)?(?:principals|namespaces)$/i.test(name));
          if (one !== undefined && other !== undefined) report(manifest, clause.pointer, { one, other });
        }
      }
    },
  }),
  defineRule({
    id: 'policy-empty-value',
    severity: 'error',
    title: 'An empty text in a list',
    found: '{field} has an empty value',
    why: WHY,
    fix: 'remove it; "*" stands for any value',
    source: ADMISSION,
    wrong: source('namespaces: [""]'),
    right: source('namespaces: [shop]'),
    check(context, report) {
      for (const { manifest, field: one } of fields(context)) {
        const index = one.values.indexOf('');
        if (index !== -1) report(manifest, `${one.pointer}/${index}`, { field: one.name });
      }
    },
  }),
  defineRule({
    id: 'policy-ip-block',
    severity: 'error',
    title: 'An address that is none',
    found: '"{text}" is no IP address and no CIDR block',
    why: `${WHY} In an ALLOW the rule is dropped, in a DENY the value.`,
    fix: 'write 10.0.0.0/8 or 10.1.2.3',
    source: ADMISSION,
    wrong: source('ipBlocks: [10.0.0.0/33]'),
    right: source('ipBlocks: [10.0.0.0/8]'),
    check(context, report) {
      for (const { manifest, field: one } of fields(context)) {
        if (
          !/^(?:not)?(?:remoteI|i)pBlocks$|^not(?:RemoteI|I)pBlocks$|^(?:source|remote|destination)\.ip$/.test(one.name)
        )
          continue;
        one.values.forEach((text, index) => {
          if (text !== '' && !isIpBlock(text)) report(manifest, `${one.pointer}/${index}`, { text });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-service-account',
    severity: 'error',
    title: 'A ServiceAccount Istio cannot read',
    found: '{problem}',
    why: WHY,
    fix: 'write name, or namespace/name, without wildcards; at most 16 of them',
    source: ADMISSION,
    wrong: source('serviceAccounts: ["shop/*"]'),
    right: source('serviceAccounts: [shop/front-end]'),
    check(context, report) {
      for (const { manifest, field: one } of fields(context)) {
        if (!/^(?:not)?serviceAccounts$|^source\.serviceAccount$/i.test(one.name)) continue;
        if (one.values.length > 16)
          report(manifest, one.pointer, { problem: 'more than 16 ServiceAccounts are listed' });
        one.values.forEach((text, index) => {
          const problem = serviceAccountProblem(text);
          if (problem) report(manifest, `${one.pointer}/${index}`, { problem: `"${text}" ${problem}` });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-trust-domain',
    severity: 'error',
    title: 'A trust domain pattern Istio cannot read',
    found: 'trust domain "{text}" {problem}',
    why: WHY,
    fix: 'write the bare trust domain, with at most one star at an end',
    source: ADMISSION,
    exampleTarget: { istio: '1.30' },
    wrong: source('trustDomains: [example.teleport.sh/ns/shop]'),
    right: source('trustDomains: [example.teleport.sh]'),
    check(context, report) {
      if (!context.target.hasTrustDomainSources) return;
      for (const { manifest, field: one } of fields(context)) {
        if (!/^(?:not)?trustDomains$|^source\.trustDomain$/i.test(one.name)) continue;
        one.values.forEach((text, index) => {
          const stars = text.split('*').length - 1;
          const isInside = stars === 1 && !text.startsWith('*') && !text.endsWith('*');
          const problem = text.includes('/')
            ? 'has a slash'
            : stars > 1
              ? 'has more than one star'
              : isInside
                ? 'has a star inside'
                : undefined;
          if (problem !== undefined) report(manifest, `${one.pointer}/${index}`, { text, problem });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-port',
    severity: 'error',
    title: 'A port that is none',
    found: 'port "{port}" is no number from 0 to 65535',
    why: `${WHY} Names of ports do not work here.`,
    fix: "write the number of the pod's port, in quotes",
    source: ADMISSION,
    wrong: operation('ports: [http]'),
    right: operation('ports: ["8080"]'),
    check(context, report) {
      for (const { manifest, field: one } of fields(context)) {
        if (!['ports', 'notPorts', 'destination.port'].includes(one.name)) continue;
        one.values.forEach((port, index) => {
          if (port !== '' && portProblem(port)) report(manifest, `${one.pointer}/${index}`, { port });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-path-template',
    severity: 'error',
    title: 'A path template Istio cannot read',
    found: 'path "{path}" {problem}',
    why: WHY,
    fix: 'use a whole segment {*} for one segment and {**} for the rest, and no plain star beside them',
    source: 'istio/istio pkg/config/security/security.go (CheckValidPathTemplate)',
    wrong: operation('paths: ["/carts/{*}.json/items"]'),
    right: operation('paths: ["/carts/{*}/items"]'),
    check(context, report) {
      for (const { manifest, field: one } of fields(context)) {
        if (one.name !== 'paths' && one.name !== 'notPaths') continue;
        one.values.forEach((path, index) => {
          const problem = pathTemplateProblem(path);
          if (problem) report(manifest, `${one.pointer}/${index}`, { path, problem });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-condition',
    severity: 'error',
    title: 'A condition Istio does not know',
    found: 'the condition {problem}',
    why: `${WHY} A condition it does not know drops the rule, which makes a DENY weaker.`,
    fix: 'use a key of the reference, and values or notValues',
    source: 'istio/istio pkg/config/security/security.go (ValidateAttribute)',
    wrong: policy('  rules:\n    - when: [{key: request.header, values: [a]}]'),
    right: policy('  rules:\n    - when: [{key: "request.headers[X-Team]", values: [a]}]'),
    check({ authorizationPolicies, target }, report) {
      for (const { manifest, rules } of authorizationPolicies) {
        for (const { pointer } of rules.flatMap(({ when }) => when)) {
          const [ruleIndex, index] = pointer.split('/').filter((part) => /^\d+$/.test(part));
          const condition = listAt(listAt(manifest.body, 'spec', 'rules')[Number(ruleIndex)], 'when')[Number(index)];
          const key = textAt(condition, 'key') ?? '';
          const isKnown = CONDITION_KEYS.has(key) || NAMED_KEYS.test(key);
          const isEarly = key === 'source.trustDomain' && !target.hasTrustDomainSources;
          const problem =
            key === ''
              ? 'has no key'
              : !isKnown || isEarly
                ? `has the unknown key "${key}"`
                : listAt(condition, 'values').length + listAt(condition, 'notValues').length === 0
                  ? `on ${key} has no values`
                  : undefined;
          if (problem !== undefined) report(manifest, pointer, { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'dry-run-annotation',
    severity: 'error',
    title: 'A dry run where there is none',
    found: 'istio.io/dry-run {problem}',
    why: "Istio's webhook refuses it; only ALLOW and DENY policies can be tried in shadow.",
    fix: 'write "true" on an ALLOW or DENY AuthorizationPolicy only',
    source: 'istio/istio pkg/config/validation/validation.go',
    wrong: policy('  action: AUDIT\n  rules: [{}]', ', annotations: {istio.io/dry-run: "true"}'),
    right: policy('  action: DENY\n  rules: [{}]', ', annotations: {istio.io/dry-run: "true"}'),
    check({ manifests, authorizationPolicies }, report) {
      const actions = new Map(authorizationPolicies.map(({ manifest, action }) => [manifest, action]));
      for (const manifest of manifests.all) {
        if (!manifest.apiVersion.includes('istio.io/')) continue;
        const setting = textAt(manifest.body, 'metadata', 'annotations', 'istio.io/dry-run');
        if (setting === undefined) continue;
        const action = actions.get(manifest);
        const problem =
          action === undefined
            ? `is on a ${manifest.kind}`
            : !['ALLOW', 'DENY'].includes(action)
              ? `is on a policy with the action ${action}`
              : /^(?:true|false|1|0|t|f|T|F|True|False|TRUE|FALSE)$/.test(setting)
                ? undefined
                : `is "${setting}"`;
        if (problem !== undefined)
          report(manifest, toPointer('metadata', 'annotations', 'istio.io/dry-run'), { problem });
      }
    },
  }),
];
