import { isObject, type JsonValue, listAt, objectAt, scalarText, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import { policyTargetGroup } from '../../../../upstream/istio/policy-targets';
import {
  ISTIO_EXTENSIONS,
  ISTIO_NETWORKING,
  ISTIO_SECURITY,
  ISTIO_TELEMETRY,
} from '../../../../upstream/kubernetes/api-groups';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { policy } from '../examples';
import { POLICY_ADMISSION, WHY_REFUSED } from '../refused-policy';

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

/** A policy that is attached as Istio accepts it. */
const ATTACHED = policy(
  '  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
);

/** What Istio refuses in how an object is attached to workloads when it is created. */
export const POLICY_ATTACHMENT_RULES = [
  defineRule({
    id: 'policy-two-attachments',
    subject: 'What Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Policy attached in more than one way',
    found: '{one} and {other} are both set',
    why: WHY_REFUSED,
    fix: 'keep one of selector, targetRef and targetRefs',
    source: POLICY_ADMISSION,
    wrong: policy(
      '  selector: {matchLabels: {app: catalogue}}\n  targetRefs: [{kind: Service, group: "", name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: ATTACHED,
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
    source: POLICY_ADMISSION,
    wrong: policy(
      '  targetRefs: [{kind: Deployment, group: apps, name: catalogue}]\n  rules: [{from: [{source: {namespaces: [shop]}}]}]',
    ),
    right: ATTACHED,
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
];

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
