/** The products whose releases decide what output may look like; the texts are how people are shown them. */
export type Product = 'Istio' | 'Kubernetes' | 'Teleport' | 'SPIFFE CSI driver';

/** All products, in the order in which they are listed. */
export const PRODUCTS: readonly Product[] = ['Istio', 'Kubernetes', 'Teleport', 'SPIFFE CSI driver'];
