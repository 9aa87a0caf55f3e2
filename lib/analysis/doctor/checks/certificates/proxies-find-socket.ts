import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { SOCKET_FILE_VARIABLE } from '../../../../upstream/istio/proxy-volumes';
import { SOCKET_MESSAGES } from '../../../../upstream/messages/proxy-messages';
import { EXAMPLE_PODS, examplePod } from '../../examples/example-pods';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { adviceOf, anyOf, type LogReason, reasonIn } from '../log-reason';
import { messageOf, reportUnreadLog } from '../tbot-log';

const REASONS: readonly LogReason[] = [
  {
    ...SOCKET_MESSAGES.missing,
    says: 'finds no socket, and exits',
    cause: 'tbot has not created the socket on this node, or uses another file name or directory than the proxy.',
    fix: `compare the listen address of tbot with ${SOCKET_FILE_VARIABLE}, and look for a tbot on the node: kubectl -n teleport-system get pods -o wide`,
  },
  {
    ...SOCKET_MESSAGES.notPermitted,
    says: 'may not connect to the socket',
    cause:
      'The directory’s mode or SELinux denies access to uid 1337; connecting needs write permission on the socket.',
    fix: 'use the CSI driver with csiDriver: { seLinux: true }',
  },
  {
    ...SOCKET_MESSAGES.silent,
    says: 'finds a socket that does not answer, and exits',
    cause: 'tbot no longer runs, or does not answer, and its socket file is still there.',
    fix: 'look for a tbot on the node: kubectl -n teleport-system get pods -o wide; kubectl -n teleport-system logs daemonset/tbot',
  },
];

const ANY = anyOf(REASONS);

/** Whether proxies find the socket they look for. */
export const PROXIES_FIND_SOCKET_CHECK = defineCheck({
  id: 'proxies-find-socket',
  group: 'certificates',
  title: 'proxies find the Workload API’s socket',
  looksAt: 'the logs of proxies that are not ready',
  needs: ['pods'],
  cause: 'tbot has not created the socket on this node, or uses another file name or directory than the proxy.',
  fix: `compare the listen address of tbot with ${SOCKET_FILE_VARIABLE}, and look for a tbot on the node: kubectl -n teleport-system get pods -o wide`,
  source: 'istio/istio pkg/istio-agent/agent.go',
  fires: () =>
    exampleSnapshot({
      objects: { pods: [...Object.values(EXAMPLE_PODS), examplePod('shop', 'late', { proxy: true, ready: false })] },
      logs: [
        {
          namespace: 'shop',
          pod: 'late-1',
          container: PROXY_CONTAINER,
          text: 'Error: agent configured for non-default SDS socket path: /var/run/secrets/workload-spiffe-uds/workload.sock but no socket found\n',
        },
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    for (const pod of mesh.alivePods.filter(({ proxy }) => proxy !== undefined)) {
      if (!pod.isReady) reportUnreadLog(mesh, sink, pod, PROXY_CONTAINER);
      sink.looked();
      if (pod.isReady) continue;
      const last = mesh.logOf(pod, PROXY_CONTAINER, ANY).at(-1);
      const reason = reasonIn(REASONS, last?.line);
      if (last === undefined || reason === undefined) continue;
      sink.found({
        found: `${pod.ref} on node ${pod.node} ${reason.says}`,
        evidence: [messageOf(last.line)],
        ...adviceOf(reason),
      });
    }
  },
});
