import { visibleText } from '../../base/visible-text';
import type { ManifestFile } from '../../model/documents/manifest-file';
import { readManifests } from '../../model/documents/read-manifests';
import { type ReadProblem, UNREAD } from '../../model/documents/read-problem';
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
    const all = [...unread, ...problems];
    const isMissed = options.onNothing !== undefined && manifests.all.length === 0;
    const missing = isMissed ? whyNothing(files, all) : [];
    if (isMissed) options.onNothing?.();
    return check(manifests, { ...options, problems: [...all, ...missing] });
  }
  const clusters = fleet.clusters.map(({ name, files: own }) => ({
    name,
    ...readManifests([...fleet.others, ...own]),
  }));
  const identities = new FleetIdentities(clusters, options.target);
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

/** That nothing could be checked, unless it is said already why. Files of other programs are not to be taken for a mistake. */
function whyNothing(files: readonly ManifestFile[], problems: readonly ReadProblem[]): readonly ReadProblem[] {
  const empty = problems.filter(({ id }) => id === 'file-empty').length;
  if (empty < files.length || problems.some(({ id }) => UNREAD.has(id))) return [];
  const problem = 'nothing was checked: the named files contain no document';
  const location = { file: visibleText(files[0]?.file ?? '.'), line: 1, column: 1 };
  return [{ id: 'nothing-to-check', code: 'no-manifests', location, problem }];
}

/** What every list has, once. */
function foundByAll([first = [], ...others]: readonly (readonly Finding[])[]): readonly Finding[] {
  const keys = others.map((findings) => new Set(findings.map(keyOf)));
  return first.filter((finding) => keys.every((set) => set.has(keyOf(finding))));
}

function keyOf({ rule, location: { file, line, column }, found }: Finding): string {
  return JSON.stringify([rule, file, line, column, found]);
}
