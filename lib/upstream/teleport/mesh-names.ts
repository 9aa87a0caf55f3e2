/**
 * Where tbot runs, unless a mesh says otherwise.
 *
 * @internal
 */
export const DEFAULT_MESH_NAMESPACE = 'teleport-system';

/**
 * The ServiceAccount tbot runs as.
 *
 * @internal
 */
export const TBOT_SERVICE_ACCOUNT = 'tbot';

/**
 * What a mesh calls its Teleport resources: said here once for the mesh itself and for the command that makes its token.
 *
 * @internal
 *
 * @param mesh what tells the mesh from others that use the same Teleport cluster
 */
export function meshNames(mesh = 'istio') {
  return {
    identity: `${mesh}-workloads`,
    role: `${mesh}-workload-identity-issuer`,
    bot: `${mesh}-tbot`,
    token: `${mesh}-tbot-k8s-join`,
  } as const;
}

/**
 * Annotation of a Job's pods of which a container ends the proxy itself: what its image does, no other part of the files says.
 *
 * @internal
 */
export const ENDS_PROXY_ANNOTATION = 'teleport-istio.dev/ends-proxy';
