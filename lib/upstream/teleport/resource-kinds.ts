/** A kind of Teleport resource that a mesh uses. */
export type TeleportResourceKind = 'workload_identity' | 'role' | 'bot' | 'token';

/** Those kinds, each after those that it names: the order in which they are made. */
export const MESH_RESOURCE_KINDS: readonly TeleportResourceKind[] = ['workload_identity', 'role', 'bot', 'token'];

/** Kinds `tctl` knows of that concern workload identity. */
export const IDENTITY_KINDS: ReadonlySet<string> = new Set([
  ...MESH_RESOURCE_KINDS,
  ...['cert_authority_override', 'spiffe_federation', 'workload_identity_x509_issuer_override'],
]);

/** Verbs on `workload_identity` that issuing needs: `list` for a selector by labels (gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go). */
export const ISSUING_VERBS = ['read', 'list'] as const;
