/** Name of the SPIFFE CSI driver unless it is deployed under another (spiffe/spiffe-csi cmd/spiffe-csi-driver). */
export const SPIFFE_CSI_DRIVER = 'csi.spiffe.io';

/** Label of pods that have an identity of a Workload API, as Istio's page about SPIRE has it. */
export const MANAGED_IDENTITY_LABEL = 'spiffe.io/spire-managed-identity';
