import type { ManifestFile } from '../../model/documents/manifest-file';
import { readManifests } from '../../model/documents/read-manifests';
import { findClusters } from '../../model/fleet/cluster-folders';
import { FleetIdentities } from '../fleet/fleet-identities';
import { type CheckOptions, check } from './check';
import type { Finding } from './finding';

/**
 * Checks files that are applied together, or those of several clusters in folders of their own: then each cluster's together,
 * as two clusters may well have an object of one name.
 *
 * @param options problems are of files that could not be read at all
 */
export function checkTogether(files: readonly ManifestFile[], options: CheckOptions = {}): readonly Finding[] {
  const unread = options.problems ?? [];
  const fleet = findClusters(files);
  if (fleet === undefined) {
    const { manifests, problems } = readManifests(files);
    return check(manifests, { ...options, problems: [...unread, ...problems] });
  }
  const clusters = fleet.clusters.map(({ name, files: own }) => ({ name, ...readManifests(own) }));
  const identities = new FleetIdentities(clusters);
  const others = readManifests(fleet.others);
  return [
    // What is in no cluster's folder is never all there is.
    ...check(others.manifests, { ...options, complete: false, problems: [...unread, ...others.problems] }),
    ...clusters.flatMap(({ name, manifests, problems }) =>
      check(manifests, { ...options, problems, fleet: { name, identities } }),
    ),
  ];
}
