import type { SchemaFile } from '../json-schema';
import file from './gateway-api.json';

/** See `source` in the file; written by scripts/generate-schemas.ts. */
export const schemas: SchemaFile = file as unknown as SchemaFile;
