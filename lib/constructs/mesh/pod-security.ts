import { InvalidInputError } from '../../base/invalid-input-error';
import { POD_SECURITY_LABEL } from '../../upstream/kubernetes/pod-security';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';

/** What injection adds to the pods of a mesh. */
export interface InjectedPods {
  /** The socket every proxy gets. */
  readonly socket: WorkloadApiSocket;
  /** Whether Istio's CNI plugin redirects their traffic, so that no init container has to. */
  readonly cni: boolean;
}

/**
 * Refuses namespaces whose Pod Security level forbids what injection adds: the API server would turn every injected pod
 * away, long after the manifests were applied.
 *
 * @throws InvalidInputError
 */
export function checkAdmitsInjectedPods(
  where: string,
  namespaceLabels: Readonly<Record<string, string>>,
  { socket, cni }: InjectedPods,
): void {
  const level = namespaceLabels[POD_SECURITY_LABEL];
  if (level === undefined || level === 'privileged') return;
  const refuse = (problem: string, fix: string) =>
    new InvalidInputError({ where, problem, value: level, allowed: '"privileged", or no level', fix });

  if (socket.delivery === 'hostPath') {
    throw refuse(
      'the Pod Security level forbids the host path that gives proxies the socket',
      'use WorkloadApiSocket.csi(), whose volume every level allows',
    );
  }
  // istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml
  if (!cni) {
    throw refuse(
      'the Pod Security level forbids the init container that redirects traffic: it needs NET_ADMIN, NET_RAW and uid 0',
      "pass istio: { cni: true } to the TeleportMesh: Istio's CNI plugin redirects traffic from the node instead",
    );
  }
}
