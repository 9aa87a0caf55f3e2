export * from './attributes';
export * from './authorization-policy';
export * from './check-context';
export * from './gateway-accounts';
export * from './host-directory';
export * from './mesh-config';
export * from './once-per-context';
export * from './tbot-config';
