export type { EnvoyBootstrap } from './bootstrap';
export * from './envoy-proxy';
export * from './envoy-sidecar';
export * from './envoy-version';
export type { SpiffeIds } from './mutual-tls';
