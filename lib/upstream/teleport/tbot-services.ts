/** Names that tbot gives its own services, so that no other may have them (gravitational/teleport lib/tbot/config/config.go). */
export const RESERVED_SERVICE_NAMES: readonly string[] = [
  ...['ca-rotation', 'crl-cache', 'heartbeat', 'identity', 'spiffe-trust-bundle-cache'],
];

/** Whether tbot takes the text for a service's name; a name it keeps for itself is another question. */
export function isServiceName(text: string): boolean {
  return /^[a-z0-9_+-]+$/.test(text);
}

/** The type of service that serves the SPIFFE Workload API. */
export const WORKLOAD_API_SERVICE = 'workload-identity-api';

/** Types of services that have another name now, by the old one. */
export const RENAMED_SERVICE_TYPES: ReadonlyMap<string, string> = new Map([
  ['spiffe-workload-api', WORKLOAD_API_SERVICE],
  ['spiffe-svid', 'workload-identity-x509'],
]);

/** Whether a type of service serves the SPIFFE Workload API, by its name of today or before. */
export function servesWorkloadApi(type: string): boolean {
  return (RENAMED_SERVICE_TYPES.get(type) ?? type) === WORKLOAD_API_SERVICE;
}

/** Variable by which tbot's attestor knows the node it runs on (gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go). */
export const NODE_NAME_VARIABLE = 'TELEPORT_NODE_NAME';
