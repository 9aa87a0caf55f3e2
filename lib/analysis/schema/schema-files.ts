import { newestNotAfter } from '../../upstream/releases/newest-not-after';
import type { Version } from '../../upstream/releases/version';
import type { SchemaFile } from './json-schema';

export type { JsonSchema, SchemaFile } from './json-schema';

/** The projects whose fields we know. */
export type SchemaProject = 'kubernetes' | 'istio' | 'mesh' | 'teleport' | 'gateway-api';

const loaded = new Map<SchemaProject, SchemaFile>();

/** Loads the schemas of a project when they are first needed: most runs need one or two of them. */
export function loadSchemas(project: SchemaProject): SchemaFile {
  const known = loaded.get(project);
  if (known) return known;
  const file = load(project);
  loaded.set(project, file);
  return file;
}

function load(project: SchemaProject): SchemaFile {
  switch (project) {
    case 'kubernetes':
      return (require('./files/kubernetes') as typeof import('./files/kubernetes')).schemas;
    case 'istio':
      return (require('./files/istio') as typeof import('./files/istio')).schemas;
    case 'mesh':
      return (require('./files/mesh') as typeof import('./files/mesh')).schemas;
    case 'gateway-api':
      return (require('./files/gateway-api') as typeof import('./files/gateway-api')).schemas;
    case 'teleport':
      return (require('./files/teleport') as typeof import('./files/teleport')).schemas;
  }
}

/** The kinds of the newest release that is not newer than the one asked for; of the oldest if all are. */
export function kindsOf({ releases }: SchemaFile, wanted?: Version): Readonly<Record<string, string>> {
  return releases[newestNotAfter(Object.keys(releases), wanted) ?? ''] ?? {};
}
