import { posix } from 'node:path';
import { type JsonValue, listAt, textAt } from '../../base/json';
import type { Rereading } from '../../base/yaml/flow-indentation';
import { readYaml } from '../../base/yaml/yaml-value';
import { isClusterScoped } from '../../upstream/kubernetes/cluster-scoped';
import { type IsSelectedBy, KustomizeChanges } from './kustomize-changes';
import type { Manifest } from './manifest';
import type { ManifestFile } from './manifest-file';

/** The names that kustomize takes (kubernetes-sigs/kustomize api/konfig/general.go). */
const KUSTOMIZATION = /(?:^|[\\/])(?:kustomization\.ya?ml|Kustomization)$/;

/** Whether kustomize takes a file for a kustomization, which may leave out what it is. */
export function isKustomization(file: string): boolean {
  return KUSTOMIZATION.test(file);
}

/** A list of files never is that long; what is costs no more than others' texts do. */
const MAX_CHARACTERS = 1_000_000;

/** Where a kustomization names files and directories with objects. */
const RESOURCE_LISTS = ['resources', 'bases', 'components'] as const;

/** What the kustomizations among some files say about the others. */
export class Kustomizations {
  private readonly folders = new Set<string>();
  private readonly patches = new Set<string>();
  /** The directories of the kustomizations that name a file or directory. */
  private readonly users = new Map<string, Set<string>>();
  /** The namespace that the kustomization of a directory puts objects in. */
  private readonly ownNamespaces = new Map<string, string>();
  /** The directories of components by the directory that includes them: they change its objects as its own changes do. */
  private readonly components = new Map<string, readonly string[]>();
  /** The kustomization of a directory, and what it changes. */
  private readonly changes = new Map<string, { readonly file: string; readonly changes: KustomizeChanges }>();

  public constructor(files: readonly ManifestFile[], rereading: Rereading) {
    let texts: ReadonlyMap<string, string> | undefined;
    const textOf = (path: string) => {
      texts ??= new Map(files.map(({ file, text }) => [normalized(file), text]));
      return texts.get(path);
    };
    for (const { file, text } of files) {
      if (!isKustomization(file) || text.length > MAX_CHARACTERS) continue;
      const folder = posix.dirname(normalized(file));
      this.folders.add(folder);
      const body = readYaml(text, { duplicateKeys: 'last-wins', rereading }).value;
      if (body === undefined) continue;
      const changes = new KustomizeChanges(body, folder, textOf);
      this.changes.set(folder, { file, changes });
      for (const path of changes.patchFiles) this.patches.add(path);
      for (const path of RESOURCE_LISTS.flatMap((list) => pathsAt(body, list, folder))) this.addUser(path, folder);
      this.components.set(folder, pathsAt(body, 'components', folder));
      const namespace = textAt(body, 'namespace');
      if (namespace) this.ownNamespaces.set(folder, namespace);
    }
  }

  private addUser(path: string, folder: string): void {
    const users = this.users.get(path) ?? new Set();
    this.users.set(path, users.add(folder));
  }

  /** Whether two kustomizations build on the same base. */
  public get shareBases(): boolean {
    return [...this.users].some(([path, { size }]) => size > 1 && this.folders.has(path));
  }

  /** Whether a file belongs to a kustomization, which may change its objects: named by one, or in a directory that has one. */
  public isUnfinished(file: string): boolean {
    return (this.users.size > 0 && this.users.has(normalized(file))) || this.folderOf(file) !== undefined;
  }

  /** Whether one kustomization names both files. */
  public areListedTogether(one: string, other: string): boolean {
    const users = this.users.get(normalized(one));
    return users !== undefined && [...(this.users.get(normalized(other)) ?? [])].some((user) => users.has(user));
  }

  /**
   * The namespaces that kustomizations put the objects of a file in: that of each outermost one that comes to it and has one.
   * Empty if none says.
   */
  public namespacesFor(file: string): ReadonlySet<string> {
    if (this.users.size === 0) return NOWHERE;
    const found = new Set<string>();
    const seen = new Set<string>();
    const climb = (path: string, inner: string | undefined): void => {
      const users = this.users.get(path);
      if (!users || seen.has(path)) {
        if (inner !== undefined) found.add(inner);
        return;
      }
      seen.add(path);
      for (const folder of users) climb(folder, this.ownNamespaces.get(folder) ?? inner);
    };
    climb(normalized(file), undefined);
    return found;
  }

  /** Whether some kustomization changes objects at all. */
  public get changeObjects(): boolean {
    return this.ownNamespaces.size > 0 || [...this.changes.values()].some(({ changes }) => changes.any);
  }

  /** The kustomization that changes what an object says about the mesh before it is applied; undefined if there is none. */
  public changing(manifest: Manifest, isSelectedBy: IsSelectedBy): string | undefined {
    const seen = new Set<string>();
    const climb = (path: string): string | undefined => {
      for (const folder of this.users.get(path) ?? []) {
        if (seen.has(folder)) continue;
        seen.add(folder);
        const all = [folder, ...(this.components.get(folder) ?? [])].map((one) => this.changes.get(one));
        const found = all.find((one) => one?.changes.concern(manifest, isSelectedBy))?.file ?? climb(folder);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return this.changes.size === 0 ? undefined : (this.moving(manifest) ?? climb(normalized(manifest.file)));
  }

  /**
   * The kustomization that puts an object in another namespace than it is read with, or calls a Namespace otherwise
   * (kubernetes-sigs/kustomize api/filters/namespace, api/internal/konfig/builtinpluginconsts/namespace.go).
   */
  private moving({ kind, name, namespace, file, shape, container }: Manifest): string | undefined {
    if (this.ownNamespaces.size === 0 || shape !== 'kubernetes' || container !== undefined) return undefined;
    const own = kind === 'Namespace' ? name : isClusterScoped(kind) ? undefined : (namespace ?? 'default');
    const other = own && [...this.namespacesFor(file)].find((placed) => placed !== own);
    if (other === undefined) return undefined;
    const folder = [...this.ownNamespaces].find(([, placed]) => placed === other)?.[0] ?? '';
    return this.changes.get(folder)?.file;
  }

  /** Whether a file changes objects instead of being some: it has parts of them, and only kustomize reads it. */
  public isPatch(file: string): boolean {
    return this.patches.size > 0 && this.patches.has(normalized(file));
  }

  /** The nearest directory with a kustomization that a file is in, which are built apart; undefined if there is none. */
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

const NOWHERE: ReadonlySet<string> = new Set();

/** The files and directories that a list of a kustomization names. */
function pathsAt(body: JsonValue, list: string, folder: string): readonly string[] {
  const paths = listAt(body, list).filter((path) => typeof path === 'string');
  return paths.map((path) => posix.join(folder, path).replace(/\/$/, ''));
}

/** The same file has the same name, whichever way its directory was written. */
function normalized(file: string): string {
  return posix.normalize(file.replaceAll('\\', '/'));
}
