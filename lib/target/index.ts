export * from './target';
export * from './version';
