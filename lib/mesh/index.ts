export * from './mesh-app';
export * from './port';
export * from './variant-chart';
