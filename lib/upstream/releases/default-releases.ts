/**
 * What output and checks are for unless stated otherwise; why each was chosen stands beside it. Raising one changes
 * everybody's output.
 */
export const DEFAULT_RELEASES = {
  /** The newest release of the newest line whose charts and release notes are published. */
  istio: '1.31.4',
  /** The oldest line that Kubernetes still patched in November 2026: 1.34 ended on 27 October. */
  kubernetes: '1.35',
  /** The newest release seen; it renews SVIDs, attests native sidecars and serves chains. */
  teleport: '18.11.10',
  /** The newest release seen. */
  csiDriver: '0.2.13',
} as const;

/** Tag of the registrar that makes the CSI driver known to the kubelet (kubernetes-csi/node-driver-registrar CHANGELOG). */
export const REGISTRAR_TAG = 'v2.18.0';

/** Release of Envoy in proxies that are not Istio's. */
export const ENVOY_RELEASE = '1.39.3';
