import { posix } from 'node:path';
import { isObject, type JsonValue, listAt, textAt } from '../../base/json';
import type { Rereading } from '../../base/yaml/flow-indentation';
import { readYaml } from '../../base/yaml/yaml-value';
import type { ManifestFile } from './manifest-file';

/** The names that kustomize takes (kubernetes-sigs/kustomize api/konfig/general.go). */
const KUSTOMIZATION = /(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/;

/** Where a kustomization names files with parts of objects, as `path` or as the entry itself. */
const PATCH_LISTS = ['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const;

/** A list of files never is that long; what is costs no more than others' texts do. */
const MAX_CHARACTERS = 1_000_000;

/** What the kustomizations among some files say about the others. Which files are resources is not looked at. */
export class Kustomizations {
  private readonly folders = new Set<string>();
  private readonly patches = new Set<string>();

  public constructor(files: readonly ManifestFile[], rereading: Rereading) {
    for (const { file, text } of files) {
      if (!KUSTOMIZATION.test(file) || text.length > MAX_CHARACTERS) continue;
      const folder = posix.dirname(normalized(file));
      this.folders.add(folder);
      for (const path of patchPaths(readYaml(text, { duplicateKeys: 'last-wins', rereading }).value)) {
        this.patches.add(posix.join(folder, path));
      }
    }
  }

  /** Whether a file changes objects instead of being some: it has parts of them, and only kustomize reads it. */
  public isPatch(file: string): boolean {
    return this.patches.size > 0 && this.patches.has(normalized(file));
  }

  /** The nearest folder with a kustomization that a file is in, which are built apart; undefined if there is none. */
  public folderOf(file: string): string | undefined {
    if (this.folders.size === 0) return undefined;
    let folder = posix.dirname(normalized(file));
    while (!this.folders.has(folder)) {
      const above = posix.dirname(folder);
      // What is above the working directory is not in it.
      if (above === folder || folder.endsWith('..')) return undefined;
      folder = above;
    }
    return folder;
  }
}

function patchPaths(body: JsonValue | undefined): readonly string[] {
  if (body === undefined || !isObject(body)) return [];
  return PATCH_LISTS.flatMap((list) => listAt(body, list)).flatMap((patch) => {
    // An entry of several lines is the patch itself.
    const path = typeof patch === 'string' ? patch : textAt(patch, 'path');
    return path === undefined || path.includes('\n') ? [] : [path];
  });
}

/** The same file has the same name, whichever way its folder was written. */
function normalized(file: string): string {
  return posix.normalize(file.replaceAll('\\', '/'));
}
