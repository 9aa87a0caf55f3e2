export * from './csi';
export * from './errors';
export * from './spiffe';
export * from './target';
