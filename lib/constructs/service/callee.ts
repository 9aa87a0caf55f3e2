import type { CallOptions } from './call';
import type { MeshCaller } from './caller';

/** Something that can be called: a service of the mesh, as its callers see it. */
export interface ICallee {
  /**
   * Allows a caller.
   *
   * @param requests the allowed requests, any of which must match; an empty list allows everything
   */
  allowFrom(caller: MeshCaller, ...requests: readonly CallOptions[]): void;
}
