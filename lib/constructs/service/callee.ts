import type { CallOptions } from './call';
import type { MeshCaller } from './caller';

/** What can be called: a service of the mesh, seen from its callers. */
export interface ICallee {
  /**
   * Allows a caller.
   *
   * @param requests what it may do here, any of these; an empty list means everything
   */
  allowFrom(caller: MeshCaller, ...requests: readonly CallOptions[]): void;
}
