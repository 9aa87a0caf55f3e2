import { Version } from './version';

/** Of releases, oldest first, the newest that is not newer than the one wanted; the oldest if all are. */
export function newestNotAfter(releases: readonly string[], wanted: Version | undefined): string | undefined {
  const known = wanted ? releases.filter((release) => wanted.compare(Version.parse(release)) >= 0) : releases;
  return known.at(-1) ?? releases[0];
}
