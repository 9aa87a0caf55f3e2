export * from './spiffe-csi-driver';
export * from './spiffe-csi-driver-props';
