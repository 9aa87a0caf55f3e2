export { type CheckOptions, check } from './check';
export type { Finding, FindingResource, Severity } from './finding';
export type { SchemaViolation } from './schema-walker';
export { type StrictViolation, validateStrictly } from './validate-strictly';
