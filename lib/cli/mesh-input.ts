import type { MeshModel } from '../access';
import type { Target } from '../target';
import type { CliIo } from './cli-io';
import { readSoundManifests } from './inputs';

/** Reads manifests for a question about access. */
export async function readMesh(io: CliIo, paths: readonly string[], target: Target | undefined): Promise<MeshModel> {
  const manifests = await readSoundManifests(io, paths);
  const { MeshModel } = require('../access') as typeof import('../access');
  return MeshModel.from(manifests, target === undefined ? {} : { target });
}
