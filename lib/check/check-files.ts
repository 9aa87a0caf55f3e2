import { type ManifestFile, readManifests } from '../manifests';
import { Target, type TargetProps } from '../target';
import { type CheckOptions, check } from './check';
import type { Finding } from './finding';

/** How to check files; like {@link CheckOptions}, with releases as texts. */
export interface CheckFilesOptions extends Omit<CheckOptions, 'problems' | 'target'> {
  /**
   * Releases the manifests are for.
   *
   * @default - `Target.of()`
   */
  readonly target?: TargetProps;
}

/**
 * Reads files and checks everything in them together; what cannot be read is a finding too.
 *
 * @throws InvalidInputError if the options name a rule that does not exist or a release that is none
 */
export function checkFiles(files: readonly ManifestFile[], options: CheckFilesOptions = {}): readonly Finding[] {
  const target = Target.of(options.target);
  const { manifests, problems } = readManifests(files);
  return check(manifests, { ...options, target, problems });
}
