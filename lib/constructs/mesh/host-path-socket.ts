import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';

/** What one accepts with a socket that pods mount by host path, and when there is no better way. */
export function hostPathNotice(socket: WorkloadApiSocket): string {
  return [
    `Pods mount ${socket.directory} of their node by host path. That is acceptable where no CSI driver may be installed and`,
    'only trusted people create pods: every namespace of the mesh must admit host paths, and one that does admits any path of',
    'the node. Everywhere else pass socket: WorkloadApiSocket.csi().',
  ].join('\n');
}
