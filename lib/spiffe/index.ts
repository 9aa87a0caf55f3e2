export * from './spiffe-id';
export * from './spiffe-id-error';
export * from './trust-domain';
export * from './workload-api-socket';
