import type { ManifestFile } from '../../model/documents/manifest-file';
import { isVariant } from '../../model/documents/variants';
import { Target, type TargetProps } from '../../upstream/releases/target';
import type { CheckOptions } from './check';
import { checkTogether } from './check-together';
import type { Finding } from './finding';

/** How to check files; like {@link CheckOptions}, with releases as texts if that is what there is. */
export interface CheckFilesOptions extends Omit<CheckOptions, 'target'> {
  /**
   * Releases the manifests are for.
   *
   * @default - what the manifests say themselves, else `Target.of()`
   */
  readonly target?: Target | TargetProps;
}

/**
 * Reads files and checks everything in them together; what cannot be read is a finding too. Files of several clusters, each
 * in a directory of its own, are checked cluster by cluster.
 *
 * A file in a directory `variants` holds objects that the rest has too, so each of those is looked at alone, and is never
 * complete: what it names is in the rest.
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
