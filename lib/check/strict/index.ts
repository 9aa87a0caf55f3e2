export type { SchemaViolation } from './schema-walker';
export type { UnknownKind } from './unknown-kind';
export { type StrictViolation, validateStrictly } from './validate-strictly';
