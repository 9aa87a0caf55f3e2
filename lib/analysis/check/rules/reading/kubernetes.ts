import { listAt, objectAt, scalarText, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { groupOf, isSame } from '../../../../model/documents/manifest-set';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { isClusterScoped } from '../../../../upstream/kubernetes/cluster-scoped';
import { LASTING_KINDS } from '../../../../upstream/kubernetes/pod-template';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const binding = (subject: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: tbot}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tbot}\nsubjects: [${subject}]\n`;

const account = (namespace: string) =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: tbot, namespace: ${namespace}}\n`;

/** What tells objects of one kustomization apart. */
function objectKey({ apiVersion, kind, namespace = '', name }: Manifest, kustomization = ''): string {
  return [kustomization, groupOf(apiVersion), kind, namespace, name].join('\n');
}

/** What tells objects of one file apart. */
function fileKey(one: Manifest): string {
  return objectKey(one, `file ${one.file}`);
}

/** What any Kubernetes manifest can get wrong, as far as identities depend on it. */
export const KUBERNETES_RULES = [
  defineRule({
    id: 'dup-names-and-keys',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    aliases: ['duplicate-object'],
    severity: 'error',
    title: 'Two objects with the same kind and name',
    found: '{kind} "{name}" is in {file} line {line} too',
    why: 'The one that is applied last silently replaces the other.',
    fix: 'rename one, or remove it',
    source: 'kubernetes/website content/en/docs/concepts/overview/working-with-objects/names.md',
    wrong: stream(account('teleport'), account('teleport')),
    right: stream(account('teleport'), account('shop')),
    check({ manifests, complete }, report) {
      // Overlays of kustomize have objects in common, and it refuses those that come twice into one.
      const keyOf = (one: Manifest) => objectKey(one, manifests.kustomizationOf(one));
      const first = new Map<string, Manifest>();
      for (const [later, earlier] of manifests.repeated) {
        const isObject = later.shape === 'kubernetes' || later.shape === 'teleport';
        if (!isObject || later.name === '') continue;
        if (!first.has(keyOf(earlier))) first.set(keyOf(earlier), earlier);
        if (!first.has(fileKey(earlier))) first.set(fileKey(earlier), earlier);
        const inFile = first.get(fileKey(later));
        const same = inFile ?? first.get(keyOf(later));
        if (!inFile) first.set(fileKey(later), later);
        if (!same) {
          first.set(keyOf(later), later);
          continue;
        }
        const isSure = inFile !== undefined || manifests.areListedTogether(later, same);
        // Each file may be for a namespace, a step or an environment of its own, and a copy replaces nothing.
        const isPlaced = later.namespace !== undefined || later.shape === 'teleport' || isClusterScoped(later.kind);
        if (!isSure && (!isPlaced || isSame(later, same))) continue;
        const { file, line } = same.locate('');
        const values = { kind: later.kind, name: later.name, file, line };
        report(later, '/metadata/name', values, isSure || complete ? undefined : 'warning');
      }
    },
  }),
  defineRule({
    id: 'subject-namespace',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'error',
    title: 'Cluster-wide binding without a namespace for its ServiceAccount',
    found: 'the ServiceAccount "{name}" has no namespace',
    why: 'The API server refuses the binding; only a RoleBinding may omit it, because it has its own namespace.',
    fix: 'add the namespace of the ServiceAccount',
    source: 'kubernetes/kubernetes pkg/apis/rbac/validation/validation.go',
    wrong: binding('{kind: ServiceAccount, name: tbot}'),
    right: binding('{kind: ServiceAccount, name: tbot, namespace: teleport}'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('ClusterRoleBinding')) {
        // Kustomize writes it where the account is a part of the same build.
        if (manifests.kustomizationOf(manifest) !== undefined) continue;
        listAt(manifest.body, 'subjects').forEach((subject, index) => {
          if (textAt(subject, 'kind') !== 'ServiceAccount' || textAt(subject, 'namespace')) return;
          report(manifest, `/subjects/${index}`, { name: textAt(subject, 'name') ?? '' });
        });
      }
    },
  }),
  defineRule({
    id: 'selector-labels-mismatch',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'error',
    title: 'Selector does not match its own pod template',
    found: 'the selector requires {label}, which the pods do not have',
    why: 'The API server refuses the object.',
    fix: 'give the pod template the label',
    source: 'kubernetes/kubernetes pkg/apis/apps/validation/validation.go',
    wrong: deployment('front-end', '', '').replace(
      'matchLabels:\n      app: front-end',
      'matchLabels:\n      app: frontend',
    ),
    right: deployment('front-end', '', ''),
    check({ workloads }, report) {
      for (const { manifest, labels } of workloads) {
        if (!LASTING_KINDS.includes(manifest.kind)) continue;
        for (const [key, label] of Object.entries(objectAt(manifest.body, 'spec', 'selector', 'matchLabels'))) {
          if (labels[key] !== label)
            report(manifest, '/spec/selector', { label: `${key}=${scalarText(label) ?? '…'}` });
        }
      }
    },
  }),
  defineRule({
    id: 'mount-without-volume',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'error',
    title: 'Mount of a volume that does not exist',
    found: 'container "{container}" mounts "{volume}", which the pod does not have',
    why: 'The API server refuses the pod.',
    fix: 'add the volume, or correct the name',
    source: 'kubernetes/kubernetes pkg/apis/core/validation/validation.go',
    wrong: deployment('front-end', '', 'volumes:\n  - {name: socket, emptyDir: {}}').replace(
      /(image: .*)/,
      '$1\n          volumeMounts: [{name: sockets, mountPath: /run/sockets}]',
    ),
    right: deployment('front-end', '', 'volumes:\n  - {name: sockets, emptyDir: {}}').replace(
      /(image: .*)/,
      '$1\n          volumeMounts: [{name: sockets, mountPath: /run/sockets}]',
    ),
    check({ workloads }, report) {
      for (const { manifest, containers, initContainers, volumes, podSpec } of workloads) {
        const names = new Set(volumes.map(({ name }) => name));
        const claims = listAt(manifest.body, 'spec', 'volumeClaimTemplates').map((one) =>
          textAt(one, 'metadata', 'name'),
        );
        for (const { name, body, pointer } of [...containers, ...initContainers]) {
          // The proxy's volumes come with injection.
          if (name === PROXY_CONTAINER || podSpec.volumes === null) continue;
          listAt(body, 'volumeMounts').forEach((mount, index) => {
            const volume = textAt(mount, 'name') ?? '';
            if (names.has(volume) || claims.includes(volume)) return;
            report(manifest, `${pointer}/volumeMounts/${index}`, { container: name, volume });
          });
        }
      }
    },
  }),
  defineRule({
    id: 'service-selects-nothing',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'warning',
    title: 'Service selects no pods',
    found: 'no pod in {namespace} has the labels {labels}',
    why: 'The Service has no endpoints: calls fail, and Istio expects no identity from it.',
    fix: 'correct the selector or the labels',
    source: 'kubernetes/website content/en/docs/concepts/services-networking/service.md',
    needsComplete: true,
    wrong: stream(deployment('catalogue', '', ''), service('katalogue', '{name: http, port: 80}')),
    right: stream(deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80}')),
    check(context, report) {
      for (const one of context.services) {
        const labels = Object.entries(one.selector);
        if (labels.length === 0 || one.workloads.length > 0) continue;
        const text = labels.map(([key, label]) => `${key}=${label}`).join(', ');
        report(one.manifest, '/spec/selector', { namespace: one.namespace, labels: text });
      }
    },
  }),
];
