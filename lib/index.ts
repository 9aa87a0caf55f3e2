export * from './errors';
export * from './spiffe';
export * from './target';
