import type { ManifestFile } from '../../model/documents/manifest-file';
import { readManifests } from '../../model/documents/read-manifests';
import { findClusters } from '../../model/fleet/cluster-folders';
import { FleetIdentities } from '../fleet/fleet-identities';
import { FleetTeleport } from '../fleet/fleet-teleport';
import { type CheckOptions, check } from './check';
import type { Finding } from './finding';

/**
 * Checks files that are applied together, or those of several clusters in directories of their own: then each cluster's together,
 * as two clusters may well have an object of one name.
 *
 * What is in no cluster's directory may be of every cluster, as a base or common values are. So it is looked at with each, and
 * something is wrong with it only if it is so in all of them.
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
  const clusters = fleet.clusters.map(({ name, files: own }) => ({
    name,
    ...readManifests([...fleet.others, ...own]),
  }));
  const identities = new FleetIdentities(clusters);
  const teleport = new FleetTeleport(clusters);
  const findings = clusters.map(({ name, manifests, problems }) =>
    check(manifests, { ...options, problems: [...unread, ...problems], fleet: { name, identities, teleport } }),
  );
  // Of a cluster's mesh they say nothing that its directory does not, so they are looked at by themselves.
  const deliveries = readManifests(fleet.deliveries);
  const own = new Set(fleet.clusters.flatMap((cluster) => cluster.files.map(({ file }) => file)));
  return [
    ...foundByAll(findings.map((some) => some.filter(({ location }) => !own.has(location.file)))),
    ...findings.flatMap((some) => some.filter(({ location }) => own.has(location.file))),
    ...check(deliveries.manifests, { ...options, problems: deliveries.problems }),
  ];
}

/** What every list has, once. */
function foundByAll([first = [], ...others]: readonly (readonly Finding[])[]): readonly Finding[] {
  const keys = others.map((findings) => new Set(findings.map(keyOf)));
  return first.filter((finding) => keys.every((set) => set.has(keyOf(finding))));
}

function keyOf({ rule, location: { file, line, column }, found }: Finding): string {
  return JSON.stringify([rule, file, line, column, found]);
}
