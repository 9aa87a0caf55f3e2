import { readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { isObject, type JsonValue } from '../base/json';
import { directoriesUp } from './directories-up';
import { packageInfo } from './package-info';

/** Where this package is: beside `build/`. */
const PACKAGE = join(__dirname, '../../..');

/**
 * What a new project's package.json says to get the package that is running: what the project in whose directory the command
 * runs says of it; the version, if it was published, which adds `repository` to package.json; or else the directory it is in. A
 * version that is nowhere published would be a name that anybody can take.
 *
 * @param project absolute path of the new project's directory
 * @param cwd absolute path of the directory the command runs in
 */
export function ownDependency(project: string, cwd: string): string {
  const { name, version, repository } = packageInfo();
  for (const directory of directoriesUp(cwd)) {
    const said = dependencyOf(join(directory, 'package.json'), name);
    if (said !== undefined) return fromProject(project, directory, said);
  }
  return repository === undefined ? fromProject(project, PACKAGE, 'file:.') : `^${version}`;
}

/** What a package.json says of a package; undefined if it says nothing, or cannot be read. */
function dependencyOf(file: string, name: string): string | undefined {
  let manifest: JsonValue;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(manifest)) return undefined;
  const said = [manifest.dependencies, manifest.devDependencies].map((all) => (isObject(all) ? all[name] : undefined));
  return said.find((one) => typeof one === 'string');
}

/** A path in a package.json starts from its own directory. */
function fromProject(project: string, folder: string, said: string): string {
  const [, path] = /^file:(.*)$/.exec(said) ?? [];
  return path === undefined ? said : `file:${relative(project, resolve(folder, path)).split(sep).join('/')}`;
}
