import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SNAPSHOT_FILE } from '../../analysis/doctor/snapshot-files';
import { compareTexts } from '../../base/compare-texts';
import { UserError } from '../user-error';

/**
 * Names of the clusters whose snapshots are below a directory, each in a directory of its cluster's name; none if the directory is
 * a snapshot itself, or holds none.
 *
 * @throws UserError if some directories are snapshots and others are not, as an answer without a cluster would look whole
 */
export function clustersBelow(directory: string): readonly string[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) return [];
  if (existsSync(join(directory, SNAPSHOT_FILE))) return [];
  const folders = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort(compareTexts);
  const others = folders.filter((name) => !existsSync(join(directory, name, SNAPSHOT_FILE)));
  if (others.length === folders.length) return [];
  if (others.length > 0) {
    throw new UserError(
      `"${directory}" contains snapshots of clusters, but these are not snapshots: ${others.join(', ')}`,
    );
  }
  return folders;
}
