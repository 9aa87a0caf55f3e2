import type { ReleaseFact } from '../releases/release-facts';

/** Versions of a role that every Teleport of today takes (gravitational/teleport lib/services/role.go `UnmarshalRole`). */
export const ROLE_VERSIONS: ReadonlySet<string> = new Set(['v3', 'v4', 'v5', 'v6', 'v7']);

/** Versions of a role that came with a release. */
export const NEWER_ROLE_VERSIONS: ReadonlyMap<string, ReleaseFact> = new Map([
  ['v8', 'hasRoleVersion8'],
  ['v9', 'hasRoleVersion9'],
]);
