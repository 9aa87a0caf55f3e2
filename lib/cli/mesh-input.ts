import type { MeshModel } from '../analysis/access/mesh-model';
import type { Target } from '../upstream/releases/target';
import type { CliIo } from './cli-io';
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
  const { MeshModel } = require('../access') as typeof import('../access');
  return MeshModel.from(manifests, target === undefined ? {} : { target });
}
