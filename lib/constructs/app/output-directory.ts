import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VARIANTS_FOLDER } from '../../model/documents/variants';

/** Files to write: path relative to the output directory, with forward slashes, to text. */
export type OutputFiles = ReadonlyMap<string, string>;

/** Where a synthesis may leave files, and which of the files there are its own and go when they are no longer written. */
const OWN_FILES: ReadonlyArray<{ readonly folder: string; readonly name: RegExp }> = [
  { folder: '.', name: /\.k8s\.yaml$/ },
  { folder: VARIANTS_FOLDER, name: /\.k8s\.yaml$/ },
  { folder: 'teleport', name: /^teleport\.yaml$/ },
  { folder: 'istio', name: /^(istio-operator|values-istiod|values-gateway)\.yaml$/ },
];

/**
 * Makes the directory hold these files, and none that an earlier synthesis left: a chart that was renamed would
 * otherwise be applied under both names for ever.
 *
 * Every text is on disk under a temporary name before the first file is replaced, so a full disk leaves the old output.
 */
export function writeOutputDirectory(directory: string, files: OutputFiles): void {
  const staged: Array<{ readonly target: string; readonly temporary: string }> = [];
  try {
    for (const [path, text] of files) {
      const target = join(directory, path);
      const temporary = `${target}.tmp`;
      mkdirSync(dirname(target), { recursive: true });
      staged.push({ target, temporary });
      writeFileSync(temporary, text);
    }
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
    throw error;
  }
  for (const { target, temporary } of staged) renameSync(temporary, target);
  for (const stale of staleFiles(directory, files)) rmSync(stale);
}

function staleFiles(directory: string, files: OutputFiles): readonly string[] {
  return OWN_FILES.flatMap(({ folder, name }) =>
    fileNames(join(directory, folder))
      .filter((file) => name.test(file) && !files.has(folder === '.' ? file : `${folder}/${file}`))
      .map((file) => join(directory, folder, file)),
  );
}

function fileNames(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
