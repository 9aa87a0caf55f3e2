import type { PolicyRule } from 'kubernetes-types/rbac/v1';

/** The permission that the kubelet requires for its list of pods. */
export type KubeletAuthorization = 'nodes/pods' | 'nodes/proxy';

/**
 * All that tbot may do in Kubernetes. It makes one call, `GET /pods` of its node's kubelet; the API server it never asks
 * (gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go), so `pods` and `nodes` are not here,
 * although Teleport's chart has them.
 *
 * `nodes/pods` is exactly that list (KEP-2862, gravitational/teleport#66057). Kubelets before Kubernetes 1.33 know only
 * `nodes/proxy`, whose `get` opens everything else at the kubelet too, running commands in pods included.
 */
export function kubeletRules(authorization: KubeletAuthorization): PolicyRule[] {
  return [{ apiGroups: [''], resources: [authorization], verbs: ['get'] }];
}
