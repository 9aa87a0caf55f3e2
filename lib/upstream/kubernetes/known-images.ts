/** tbot's image, under whatever registry. */
export const TBOT_IMAGE = /(?:^|\/)tbot(?:-distroless|-fips-distroless|-fips)?(?:[:@]|$)/;

/** Teleport's own images, which have tbot beside `teleport`, under whatever registry. */
export const TELEPORT_IMAGE = /(?:^|\/)teleport(?:-(?:ent|fips|distroless|debug))*(?:[:@]|$)/;

/** The SPIFFE CSI driver's image, under whatever registry. */
export const CSI_DRIVER_IMAGE = /(?:^|\/)spiffe-csi-driver(?:[:@]|$)/;

/** The image of ambient mode's node proxy, under whatever registry. */
export const ZTUNNEL_IMAGE = /(?:^|\/)ztunnel(?:[:@]|$)/;

/** The tag of an image reference; empty if it has none, or a digest alone. */
export function imageTag(reference: string): string {
  const [nameAndTag = ''] = reference.split('@', 1);
  return /:([^/:]+)$/.exec(nameAndTag)?.[1] ?? '';
}

/** The images of istiod and of its proxies, under whatever registry. */
export const ISTIO_IMAGE = /(?:^|\/)(?:pilot|proxyv2)(?:[:@]|$)/;

/** Where Kubernetes publishes kubectl as an image. */
export const KUBECTL_REPOSITORY = 'registry.k8s.io/kubectl';

/** Where Kubernetes publishes the sidecar that makes a CSI driver known to the kubelet. */
export const CSI_REGISTRAR_REPOSITORY = 'registry.k8s.io/sig-storage/csi-node-driver-registrar';
