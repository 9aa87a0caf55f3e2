/** Fields of a container with what the kubelet asks it, in the order in which it begins to. */
export const PROBE_FIELDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;
