import type { ManifestFile } from '../../model/documents/manifest-file';
import { readManifests } from '../../model/documents/read-manifests';
import { isVariant } from '../../model/documents/variants';
import { Target, type TargetProps } from '../../upstream/releases/target';
import { type CheckOptions, check } from './check';
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
 * Reads files and checks everything in them together; what cannot be read is a finding too.
 *
 * A file in a folder `variants` holds objects that the rest has too, so each of those is looked at alone, and is never
 * complete: what it names is in the rest.
 *
 * @throws InvalidInputError if the options name a rule that does not exist or a release that is none
 */
export function checkFiles(files: readonly ManifestFile[], options: CheckFilesOptions = {}): readonly Finding[] {
  const target = options.target instanceof Target ? options.target : Target.of(options.target);
  const together = files.filter(({ file }) => !isVariant(file));
  const alone = files.filter(({ file }) => isVariant(file)).map((file) => [file]);
  return [together, ...alone].flatMap((set) => {
    const { manifests, problems } = readManifests(set);
    const complete = set === together && (options.complete ?? false);
    const before = set === together ? (options.problems ?? []) : [];
    return check(manifests, { ...options, target, problems: [...before, ...problems], complete });
  });
}
