import type { ManifestFile } from '../../model/documents/manifest-file';
import { isVariant } from '../../model/documents/variants';
import { Target, type TargetProps } from '../../upstream/releases/target';
import type { CheckOptions } from './check';
import { checkTogether } from './check-together';
import type { Finding } from './finding';

/** Options of {@link checkFiles}: those of {@link CheckOptions}, with releases also as strings. */
export interface CheckFilesOptions extends Omit<CheckOptions, 'target'> {
  /**
   * Releases the manifests are for.
   *
   * @default - what the manifests say themselves, else `Target.of()`
   */
  readonly target?: Target | TargetProps;
}

/**
 * Reads files and checks everything in them together; unreadable content is a finding too. Files of several clusters,
 * each in its own directory, are checked cluster by cluster.
 *
 * A file in a directory `variants` contains alternatives to objects in the other files, so it is checked alone and never
 * counts as complete: the objects it refers to are in the other files.
 *
 * @throws InvalidInputError if the options name a rule that does not exist or a release that is none
 */
export function checkFiles(files: readonly ManifestFile[], options: CheckFilesOptions = {}): readonly Finding[] {
  const target = options.target instanceof Target ? options.target : Target.of(options.target);
  const together = files.filter(({ file }) => !isVariant(file));
  const alone = files.filter(({ file }) => isVariant(file)).map((file) => [file]);
  return [
    ...checkTogether(together, { ...options, target }),
    ...alone.flatMap((set) => checkTogether(set, { ...options, target, problems: [], complete: false })),
  ];
}
