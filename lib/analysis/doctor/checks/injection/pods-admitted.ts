import { field, textAt } from '../../../../base/json';
import { INJECTION_MESSAGES } from '../../../../upstream/messages/proxy-messages';
import { ADMISSION_MESSAGES } from '../../../../upstream/messages/refusals';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { adviceOf, type LogReason, reasonIn } from '../log-reason';

const { hostPath, capabilities, seccomp, hostNamespaces, webhookSilent, containerTwice, twoSources } =
  ADMISSION_MESSAGES;

const REASONS: readonly LogReason[] = [
  {
    ...hostPath,
    cause: 'The namespace’s Pod Security level forbids host paths.',
    fix: 'use the CSI driver for the socket',
  },
  {
    ...capabilities,
    cause: 'The namespace’s Pod Security level forbids the capabilities of istio-init.',
    fix: 'use Istio’s CNI plugin (istio: { cni: true }), or a less restrictive level',
  },
  {
    ...seccomp,
    cause: 'The level restricted requires a seccomp profile for the proxy too.',
    fix: "pod: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }",
  },
  {
    ...hostNamespaces,
    cause: 'The namespace does not admit hostPID.',
    fix: 'set pod-security.kubernetes.io/enforce: privileged on tbot’s namespace',
  },
  {
    ...INJECTION_MESSAGES.templateUnknown,
    cause: 'The annotation inject.istio.io/templates names a template that istiod does not know.',
    fix: 'install Istio with dist/istio/, and restart istiod',
  },
  {
    ...webhookSilent,
    cause: 'istiod does not answer the API server.',
    fix: 'kubectl -n istio-system get pods',
  },
  {
    ...containerTwice,
    cause:
      'A template lists istio-proxy among containers, and with native sidecars it is among init containers, or the reverse.',
    fix: 'use a template that has volumes only, as in dist/istio/',
  },
  {
    ...twoSources,
    cause: 'A CSI source was merged into emptyDir: {} of the stock template.',
    fix: 'set emptyDir: null beside the source in the overlay (istio/istio#56217, #60108)',
  },
];

const CONTROLLERS: Readonly<Record<string, string>> = {
  'deployments.apps': 'Deployment',
  'daemonsets.apps': 'DaemonSet',
  'statefulsets.apps': 'StatefulSet',
};

/** Whether pods that are wanted are made. */
export const PODS_ADMITTED_CHECK = defineCheck({
  id: 'pods-admitted',
  group: 'injection',
  title: 'the API server admits the pods of workloads',
  looksAt:
    'Deployments, DaemonSets and StatefulSets with fewer pods than desired, and the warning events of their controllers',
  needs: ['deployments.apps', 'daemonsets.apps', 'pods', 'events'],
  cause: 'The API server or a webhook refuses the pods.',
  fix: 'kubectl describe the ReplicaSet',
  source: 'kubernetes/kubernetes pkg/controller/replicaset',
  fires: () =>
    exampleSnapshot({
      objects: {
        'deployments.apps': [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { namespace: 'shop', name: 'late' },
            spec: { replicas: 1, selector: { matchLabels: { app: 'late' } }, template: { spec: { containers: [] } } },
            status: { replicas: 0 },
          },
        ],
        events: [
          {
            apiVersion: 'v1',
            kind: 'Event',
            reason: 'FailedCreate',
            message:
              'Error creating: pods "late-6d-" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "istio-init" must not include "NET_ADMIN", "NET_RAW")',
            metadata: { namespace: 'shop', name: 'two' },
            involvedObject: { kind: 'ReplicaSet', namespace: 'shop', name: 'late-6d5f7c9b8' },
          },
        ],
      },
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const [resource, kind] of Object.entries(CONTROLLERS)) {
      for (const object of mesh.objects(resource)) {
        const status = field(object, 'status');
        const wanted = field(
          object,
          kind === 'DaemonSet' ? 'status' : 'spec',
          kind === 'DaemonSet' ? 'desiredNumberScheduled' : 'replicas',
        );
        const there = field(status, kind === 'DaemonSet' ? 'currentNumberScheduled' : 'replicas') ?? 0;
        sink.looked();
        if (typeof wanted !== 'number' || typeof there !== 'number' || there >= wanted) continue;
        const [namespace, name] = [
          textAt(object, 'metadata', 'namespace') ?? 'default',
          textAt(object, 'metadata', 'name') ?? '',
        ];
        const events = failures(mesh.objects('events'), namespace, name, kind);
        const last = events.at(-1);
        sink.found({
          found: `${kind} ${namespace}/${name} has ${there} of ${wanted} pods`,
          evidence: events.slice(-1),
          ...adviceOf(reasonIn(REASONS, last)),
        });
      }
    }
  },
});

function failures(
  events: readonly Parameters<typeof textAt>[0][],
  namespace: string,
  name: string,
  kind: string,
): readonly string[] {
  return events.flatMap((event) => {
    const about = field(event, 'involvedObject');
    const other = textAt(about, 'name') ?? '';
    const isIts = kind === 'Deployment' ? other.slice(0, other.lastIndexOf('-')) === name : other === name;
    const isFailure = textAt(event, 'reason') === 'FailedCreate' && textAt(about, 'namespace') === namespace && isIts;
    return isFailure ? [textAt(event, 'message') ?? ''] : [];
  });
}
