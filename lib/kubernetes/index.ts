export * from './image';
export * from './kubernetes-object';
export * from './names';
