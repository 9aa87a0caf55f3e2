import type { MeshModel } from '../analysis/access/mesh-model';
import type { FleetMember } from '../analysis/fleet/fleet-member';
import type { Target } from '../upstream/releases/target';
import type { CliIo } from './cli-io';
import { readClusters } from './fleet-inputs';
import { readSoundManifests } from './inputs';

/** Flags of every command that answers questions about access. */
export interface MeshFlags {
  readonly target?: Target;
  readonly exclude?: readonly string[];
}

/** Reads manifests for a question about access. */
export async function readMesh(
  io: CliIo,
  paths: readonly string[],
  { target, exclude }: MeshFlags,
): Promise<MeshModel> {
  const manifests = await readSoundManifests(io, paths, exclude);
  const { MeshModel } = require('../analysis/access/mesh-model') as typeof import('../analysis/access/mesh-model');
  return MeshModel.from(manifests, target === undefined ? {} : { target });
}

/** Clusters to ask about: one without a name, or several. */
export interface FleetInput {
  /** The cluster, if the files are those of one. */
  readonly mesh: MeshModel | undefined;
  /** The clusters, if they are those of several. */
  readonly members: readonly FleetMember[];
}

/** Reads manifests of one cluster or several for questions about access. */
export async function readFleet(
  io: CliIo,
  paths: readonly string[],
  { target, exclude }: MeshFlags,
): Promise<FleetInput> {
  const clusters = await readClusters(io, paths, exclude);
  const { MeshModel } = require('../analysis/access/mesh-model') as typeof import('../analysis/access/mesh-model');
  const { fleetMember } = require('../analysis/fleet/fleet-member') as typeof import('../analysis/fleet/fleet-member');
  const members = clusters.flatMap(({ name, manifests }) =>
    name === undefined ? [] : fleetMember(name, manifests, target),
  );
  const [only] = clusters;
  if (members.length > 0 || only === undefined) return { mesh: undefined, members };
  return { mesh: MeshModel.from(only.manifests, target === undefined ? {} : { target }), members };
}
