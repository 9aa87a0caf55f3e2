import type { MeshModel } from '../analysis/access/mesh-model';
import type { FleetModel } from '../analysis/fleet/fleet-model';
import type { Target } from '../upstream/releases/target';
import type { CliIo } from './cli-io';
import { readClusters } from './fleet/fleet-inputs';
import { UserError } from './user-error';

/** Flags of every command that answers questions about access. */
export interface MeshFlags {
  readonly target?: Target;
  readonly exclude?: readonly string[];
}

/** Clusters to ask about: one, which may have a name by which to ask, or several. */
export type FleetInput =
  | { readonly mesh: MeshModel; readonly fleet: FleetModel | undefined }
  | { readonly mesh: undefined; readonly fleet: FleetModel };

/** Reads manifests of one cluster or several for questions about access. */
export async function readFleet(
  io: CliIo,
  paths: readonly string[],
  { target, exclude }: MeshFlags,
): Promise<FleetInput> {
  const clusters = await readClusters(io, paths, exclude);
  const { fleetMember } = require('../analysis/fleet/fleet-member') as typeof import('../analysis/fleet/fleet-member');
  const { FleetModel } = require('../analysis/fleet/fleet-model') as typeof import('../analysis/fleet/fleet-model');
  const members = clusters.map(({ name, manifests }) => fleetMember(name, manifests, target));
  const [only] = members;
  if (only === undefined || members.length > 1) return { mesh: undefined, fleet: new FleetModel(members) };
  return { mesh: only.model, fleet: only.name === '' ? undefined : new FleetModel(members) };
}

/**
 * Policies alone say nothing about access: an empty table would look like a mesh in which nothing is allowed, or nothing has changed.
 *
 * @throws UserError if there is nothing that could be called in any of the models
 */
export function refuseNothing(...models: readonly MeshModel[]): void {
  const holdsSomething = ({ cluster }: MeshModel) =>
    cluster.workloads.length > 0 || cluster.services.length > 0 || cluster.installedGateways.length > 0;
  if (models.some(holdsSomething)) return;
  throw new UserError('the input contains no workload, so there is no answer: pass the files of the workloads too');
}

/** What questions are put to: the clusters by their names if they have any. */
export function questioned(input: FleetInput): MeshModel | FleetModel {
  return input.mesh === undefined ? input.fleet : (input.fleet ?? input.mesh);
}
