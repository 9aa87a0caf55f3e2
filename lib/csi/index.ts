export * from './spiffe-csi-driver';
