export * from './kubernetes-object';
export * from './names';
