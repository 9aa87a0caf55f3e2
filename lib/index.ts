export * from './csi';
export * from './errors';
export * from './istio';
export * from './mesh';
export * from './spiffe';
export * from './target';
export * from './tbot';
export * from './teleport';
