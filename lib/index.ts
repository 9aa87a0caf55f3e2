export * from './errors';
export * from './spiffe';
export * from './target';
export * from './teleport';
