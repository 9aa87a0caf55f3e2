import type { SchemaFile } from '../json-schema';

/** The projects whose fields we know. */
export type SchemaProject = 'kubernetes' | 'istio' | 'teleport';

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
      return (require('./kubernetes') as typeof import('./kubernetes')).schemas;
    case 'istio':
      return (require('./istio') as typeof import('./istio')).schemas;
    case 'teleport':
      return (require('./teleport') as typeof import('./teleport')).schemas;
  }
}
