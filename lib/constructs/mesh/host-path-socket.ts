import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';

/** What one accepts with a socket that pods mount by host path, and when there is no better way. */
export function hostPathNotice(socket: WorkloadApiSocket): string {
  return [
    `Pods mount ${socket.directory} of their node as a host path. That is acceptable where no CSI driver may be installed and`,
    'only trusted people create pods: every namespace of the mesh must allow host paths, and one that does allows any path of',
    'the node. Everywhere else pass socket: WorkloadApiSocket.csi().',
  ].join('\n');
}
