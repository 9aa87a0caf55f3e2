import type { ManifestFile } from '../../model/documents/manifest-file';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { CliIo } from '../cli-io';
import { readInputFiles, refuseMixed, someManifests, soundManifests } from '../inputs';
import { UserError } from '../user-error';

/** The manifests of one cluster. */
export interface ClusterInput {
  /** Name of the cluster; undefined if the files do not tell several clusters apart. */
  readonly name: string | undefined;
  readonly manifests: ManifestSet;
}

/**
 * Reads manifests for an answer about each cluster, if they are those of several.
 *
 * @throws UserError as {@link readSoundManifests} does, or if objects are in no cluster's directory
 */
export async function readClusters(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] = [],
): Promise<readonly ClusterInput[]> {
  const { files, unread } = await readInputFiles(io, paths, exclude);
  const { findClusters } =
    require('../../model/fleet/cluster-folders') as typeof import('../../model/fleet/cluster-folders');
  const fleet = findClusters(files);
  if (fleet === undefined) {
    refuseMixed(files);
    return [{ name: undefined, manifests: someManifests(io, files, unread) }];
  }
  refuseStrays(io, fleet.others);
  return fleet.clusters.map(({ name, files: own }, index) => ({
    name,
    manifests: soundManifests(io, own, index === 0 ? unread : []),
  }));
}

/** An answer without files that may be of every cluster or of none would be wrong. */
function refuseStrays(io: CliIo, files: readonly ManifestFile[]): void {
  const { strayFiles } =
    require('../../model/fleet/cluster-folders') as typeof import('../../model/fleet/cluster-folders');
  const strays = strayFiles(soundManifests(io, files, []));
  if (strays.length === 0) return;
  throw new UserError(
    `the files describe several clusters, and these are not in any cluster’s directory:\n${strays.map((file) => `  ${file}`).join('\n')}\nMove them, or exclude them: --exclude <glob>`,
  );
}
