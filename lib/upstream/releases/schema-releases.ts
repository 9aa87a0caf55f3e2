import type { Target } from './target';
import { Version } from './version';

/** The newest releases whose fields are known here; of newer ones an unknown name may be a new one. */
export const SCHEMA_RELEASES = { istio: '1.32', teleport: '18.11' } as const;

/** A product whose fields are known up to a release. */
export type SchemaProduct = keyof typeof SCHEMA_RELEASES;

/** Whether a target is of a minor release that came after the newest whose fields are known. */
export function isNewerThanSchema(target: Target, product: SchemaProduct): boolean {
  return target[product].isNewerLineThan(Version.parse(SCHEMA_RELEASES[product]).line);
}
