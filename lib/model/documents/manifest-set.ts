import { addTo } from '../../base/add-to';
import type { Comment, YamlText } from '../../base/yaml/yaml-text';
import type { Kustomizations } from './kustomizations';
import type { Manifest } from './manifest';
import type { ManifestFile } from './manifest-file';
import { type SelectorKeys, selectorKeys } from './selector-keys';

/** All documents that are evaluated together, indexed by kind and name. */
export class ManifestSet {
  private readonly byKind = new Map<string, Manifest[]>();
  private readonly byGroup = new Map<string, readonly Manifest[]>();
  private readonly byName = new Map<string, Manifest>();
  /** Documents with the same kind, namespace and name as an earlier one, together with that one; their API groups may differ. */
  public readonly repeated: readonly (readonly [later: Manifest, earlier: Manifest])[];

  /**
   * The Lists some of them are items of.
   *
   * @internal
   */
  public lists: readonly Manifest[] = [];
  /**
   * The kustomizations, which are no objects.
   *
   * @internal
   */
  public kustomizationFiles: readonly Manifest[] = [];
  /** The texts of all documents, embedded ones too, and what stands between documents. */
  private texts: readonly YamlText[] = [];
  private kustomizations: Kustomizations | undefined;
  private alternatives: boolean | undefined;
  private keys: SelectorKeys | undefined;

  /**
   * What was read from files.
   *
   * @internal
   */
  public static read(
    all: readonly Manifest[],
    files: readonly ManifestFile[],
    beside: Pick<ManifestSet, 'lists' | 'kustomizationFiles'> & { readonly texts: readonly YamlText[] },
    kustomizations: Kustomizations,
  ): ManifestSet {
    const set = new ManifestSet(all, files);
    set.lists = beside.lists;
    set.kustomizationFiles = beside.kustomizationFiles;
    set.texts = beside.texts;
    set.kustomizations = kustomizations;
    return set;
  }

  public constructor(
    /** All documents in the order in which they were read, embedded ones after the document that contains them. */
    public readonly all: readonly Manifest[],
    /**
     * The files they were read from.
     *
     * @default - none: the documents were not read from files
     */
    public readonly files: readonly ManifestFile[] = [],
  ) {
    const repeated: [Manifest, Manifest][] = [];
    for (const manifest of all) {
      addTo(this.byKind, manifest.kind, manifest);
      const key = nameKey(manifest.kind, manifest.namespace, manifest.name);
      const earlier = this.byName.get(key);
      if (earlier) repeated.push([manifest, earlier]);
      else this.byName.set(key, manifest);
    }
    this.repeated = repeated;
  }

  /**
   * The documents of a kind, in order.
   *
   * @param group API group such as `security.istio.io`, empty for the core group; every group if it is omitted
   */
  public ofKind(kind: string, group?: string): readonly Manifest[] {
    const sameKind = this.byKind.get(kind) ?? [];
    if (group === undefined) return sameKind;
    const key = `${group}/${kind}`;
    let found = this.byGroup.get(key);
    if (!found) {
      found = sameKind.filter(({ apiVersion }) => groupOf(apiVersion) === group);
      this.byGroup.set(key, found);
    }
    return found;
  }

  /**
   * The comments in which a word stands, in files and in embedded documents.
   *
   * @internal
   */
  public comments(word: string): readonly Comment[] {
    const isThere = this.files.some(({ text }) => text.includes(word));
    return isThere ? this.texts.flatMap((text) => text.comments(word)) : [];
  }

  /**
   * The directory of the kustomization that a document is a part of: kustomize may complete it, and puts it together with
   * no other directory's. Undefined for what is applied as it is.
   *
   * @internal
   */
  public kustomizationOf(manifest: Manifest): string | undefined {
    return this.kustomizations?.folderOf(manifest.file);
  }

  /**
   * Whether some files are alternatives of others, as those of several environments, demos or steps are: they have one
   * object in several ways, or several kustomizations build on one base. Then not all of them are of one cluster.
   *
   * @internal
   */
  public get haveAlternatives(): boolean {
    this.alternatives ??=
      this.kustomizations?.shareBases === true ||
      this.repeated.some(
        ([later, earlier]) => later.file !== earlier.file && isNamed(later) && !isSame(later, earlier),
      );
    return this.alternatives;
  }

  /**
   * Whether kustomize may still change a document: put it in a namespace, give it labels, selectors, another name or more
   * fields. Files that no kustomization names lie there for one too.
   *
   * @internal
   */
  public isUnfinished(manifest: Manifest): boolean {
    return this.kustomizations?.isUnfinished(manifest.file) === true;
  }

  /**
   * The namespaces that kustomizations put a document in, where they say so.
   *
   * @internal
   */
  public namespacesOf(manifest: Manifest): readonly string[] {
    const placed = [...(this.kustomizations?.namespacesFor(manifest.file) ?? [])];
    return placed.length > 0 ? placed : [manifest.namespace ?? 'default'];
  }

  /**
   * Whether one kustomization names the files of both.
   *
   * @internal
   */
  public areListedTogether(one: Manifest, other: Manifest): boolean {
    return this.kustomizations?.areListedTogether(one.file, other.file) === true;
  }

  /**
   * Whether some kustomization changes documents before they are applied.
   *
   * @internal
   */
  public get areChanged(): boolean {
    return this.kustomizations?.changeObjects === true;
  }

  /**
   * The kustomization that changes what a document says about the mesh before it is applied; undefined if none does.
   *
   * @internal
   */
  public changedBy(manifest: Manifest): string | undefined {
    return this.kustomizations?.changing(manifest, (key, by) => this.selectorKeys[by].has(key));
  }

  /** Keys of the labels that objects select by. */
  private get selectorKeys(): SelectorKeys {
    this.keys ??= selectorKeys(this.all);
    return this.keys;
  }

  /** The first document of this kind, namespace (undefined for cluster-scoped kinds) and name. */
  public find(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.byName.get(nameKey(kind, namespace, name));
  }
}

/** The API group of an `apiVersion`: `security.istio.io` of `security.istio.io/v1`, empty for `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** Documents without a name of their own are called by their file, and embedded ones by their place. */
function isNamed({ shape, name }: Manifest): boolean {
  return name !== '' && ['kubernetes', 'teleport', 'istio-operator'].includes(shape);
}

/** Whether two documents say the same, as copies of one object do. */
export function isSame(one: Manifest, other: Manifest): boolean {
  return one.apiVersion === other.apiVersion && JSON.stringify(one.body) === JSON.stringify(other.body);
}

function nameKey(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}\n${namespace ?? ''}\n${name}`;
}
