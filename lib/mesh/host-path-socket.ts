import { InvalidInputError } from '../errors';
import type { WorkloadApiSocket } from '../spiffe';

/** Label by which the API server knows which pods a namespace admits. */
const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/** What one accepts with a socket that pods mount by host path, and when there is no better way. */
export function hostPathNotice(socket: WorkloadApiSocket): string {
  return [
    `Pods mount ${socket.directory} of their node by host path. That is acceptable where no CSI driver may be installed and`,
    'only trusted people create pods: every namespace of the mesh must admit host paths, and one that does admits any path of',
    'the node. Everywhere else pass socket: WorkloadApiSocket.csi().',
  ].join('\n');
}

/**
 * Refuses namespaces whose Pod Security level forbids the host path that injection adds: the API server would turn every
 * injected pod away, long after the manifests were applied.
 *
 * @throws InvalidInputError
 */
export function checkAdmitsSocket(
  where: string,
  socket: WorkloadApiSocket,
  namespaceLabels: Readonly<Record<string, string>>,
): void {
  const level = namespaceLabels[POD_SECURITY_LABEL];
  if (socket.delivery === 'hostPath' && level !== undefined && level !== 'privileged') {
    throw new InvalidInputError({
      where,
      problem: 'the Pod Security level forbids the host path through which proxies get the socket',
      value: level,
      allowed: '"privileged", or no level',
      fix: 'use WorkloadApiSocket.csi(), whose volume every level admits',
    });
  }
}
