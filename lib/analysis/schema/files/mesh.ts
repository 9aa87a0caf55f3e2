import type { SchemaFile } from '../json-schema';
import file from './mesh.json';

/** See `source` in the file; written by scripts/generate-mesh-schemas.ts. */
export const schemas: SchemaFile = file as unknown as SchemaFile;
