import { posix } from 'node:path';
import { field, isObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import { readYamlStream } from '../../base/yaml/yaml-value';
import type { Manifest } from './manifest';

/** Which objects a change of a kustomization is for; what is undefined is any. */
interface Change {
  readonly kinds: ReadonlySet<string> | undefined;
  readonly names: ReadonlySet<string> | undefined;
  /** The change as text. */
  readonly text: string;
  /** Keys of the labels that it sets, which matter only if something selects by them; undefined if it sets more. */
  readonly labels?: readonly string[];
  /** Whether the selectors of Services stay as they are, while the pods' labels change. */
  readonly isBesideSelectors?: boolean;
}

/** Whether something in the files selects by a label: an object of Istio's, or the selector of a Service. */
export type IsSelectedBy = (key: string, by: 'istio' | 'services') => boolean;

/** Where a kustomization has its patches: a file as `path` or as the entry itself, or the patch as `patch` or as lines of the entry. */
const PATCHES = ['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const;

/** A patch as a kustomization has it. */
interface Patch {
  /** The patch itself; undefined if it is in a file. */
  readonly inline: string | undefined;
  /** The file with the patch, or beside one that is written here. */
  readonly file: string | undefined;
  readonly target: JsonValue | undefined;
}

/** Kinds of which images, replicas and the like are patched, and words of a patch that says more. */
const RUNS_PODS = /^(?:Deployment|StatefulSet|DaemonSet|Job|CronJob|ReplicaSet|Pod)$/;
const CONCERNS_MESH = /label|annotation|serviceAccount|hostNetwork|port|selector|\$patch|initContainers/i;

/** The changes that one kustomization makes to the objects of its resources, before they are applied. */
export class KustomizeChanges {
  /** The files with its patches, which are parts of objects and no objects. */
  public readonly patchFiles: readonly string[];
  private readonly changes: readonly Change[];

  /**
   * @param folder the directory of the kustomization
   * @param textOf a file that it names, if that is among the files
   */
  public constructor(body: JsonValue, folder: string, textOf: (path: string) => string | undefined) {
    const patches = PATCHES.flatMap((list) => listAt(body, list)).map((patch) => toPatch(patch, folder));
    this.patchFiles = patches.flatMap(({ file }) => file ?? []);
    const patched = patches.flatMap(({ inline, file, target }) => {
      const text = inline ?? (file === undefined ? undefined : textOf(file)) ?? '';
      return target === undefined ? ofObjects(text) : [toChange(target, text)];
    });
    const replacements = listAt(body, 'replacements')
      .flatMap((one) => listAt(one, 'targets'))
      .map((one) => toChange(isObject(one) ? one.select : undefined, JSON.stringify(one)));
    this.changes = [...patched, ...replacements, ...ofTransformers(body)];
  }

  /** Whether it changes anything. */
  public get any(): boolean {
    return this.changes.length > 0;
  }

  /** Whether it changes what an object says about the mesh. */
  public concern({ kind, name }: Manifest, isSelectedBy: IsSelectedBy): boolean {
    return this.changes.some((change) => {
      if (change.labels !== undefined) return change.labels.some((key) => matters(key, change, isSelectedBy));
      if (change === RENAMING && KEEP_NAMES.has(kind)) return false;
      const isMeant = (change.kinds?.has(kind) ?? true) && (change.names?.has(name) ?? true);
      return isMeant && (!RUNS_PODS.test(kind) || CONCERNS_MESH.test(change.text));
    });
  }
}

/** Every object gets another name, and what kustomize does not know as a reference to it does not: hosts, Gateways, principals. */
const RENAMING: Change = { kinds: undefined, names: undefined, text: 'serviceAccount' };
/** What a file of its own does with objects. */
const ANYTHING: Change = { kinds: undefined, names: undefined, text: 'label' };
/** Kinds that stay as they are called (kubernetes-sigs/kustomize api/internal/builtins/PrefixTransformer.go). */
const KEEP_NAMES: ReadonlySet<string> = new Set(['Namespace', 'CustomResourceDefinition', 'APIService']);

/** What a kustomization does with all of its objects. */
function ofTransformers(body: JsonValue): readonly Change[] {
  const isRenaming = ['namePrefix', 'nameSuffix'].some((key) => (textAt(body, key) ?? '') !== '');
  const toLabels = (labels: readonly string[], isBesideSelectors: boolean): Change => {
    return { kinds: undefined, names: undefined, text: '', labels, isBesideSelectors };
  };
  const labels = listAt(body, 'labels').map((one) => {
    const isBeside = field(one, 'includeTemplates') === true && field(one, 'includeSelectors') !== true;
    return toLabels(Object.keys(objectAt(one, 'pairs')), isBeside);
  });
  const common = Object.keys(objectAt(body, 'commonLabels'));
  const annotations = Object.keys(objectAt(body, 'commonAnnotations')).filter(isOfIstio);
  return [
    ...(isRenaming ? [RENAMING] : []),
    ...(listAt(body, 'transformers').length > 0 ? [ANYTHING] : []),
    ...labels.filter((one) => one.labels !== undefined && one.labels.length > 0),
    ...(common.length > 0 ? [toLabels(common, false)] : []),
    ...(annotations.length > 0 ? [ANYTHING] : []),
  ];
}

function isOfIstio(key: string): boolean {
  return key.includes('istio');
}

function matters(key: string, { isBesideSelectors }: Change, isSelectedBy: IsSelectedBy): boolean {
  return isOfIstio(key) || isSelectedBy(key, 'istio') || (isBesideSelectors === true && isSelectedBy(key, 'services'));
}

function toPatch(patch: JsonValue, folder: string): Patch {
  const isInline = typeof patch === 'string' && patch.includes('\n');
  const path = typeof patch === 'string' ? (isInline ? undefined : patch) : textAt(patch, 'path');
  return {
    inline: isInline ? patch : textAt(patch, 'patch'),
    file: path === undefined || path.includes('\n') ? undefined : posix.join(folder, path),
    target: field(patch, 'target'),
  };
}

/** A patch without a target is a part of the objects it changes; one that cannot be read may be a part of any. */
function ofObjects(text: string): readonly Change[] {
  if (text === '') return [];
  const bodies = readYamlStream(text)?.filter(isObject);
  if (bodies === undefined) return [{ kinds: undefined, names: undefined, text }];
  return bodies.map((body) => ({
    kinds: only(textAt(body, 'kind')),
    names: only(textAt(body, 'metadata', 'name')),
    text,
  }));
}

/**
 * Names of a target are regular expressions for the whole (kubernetes-sigs/kustomize api/types/selector.go). Of them `A|B`
 * is understood; anything else is taken to match, as strangers' expressions may take any time.
 */
function toChange(target: JsonValue | undefined, text: string): Change {
  return { kinds: alternatives(textAt(target, 'kind')), names: alternatives(textAt(target, 'name')), text };
}

function alternatives(source: string | undefined): ReadonlySet<string> | undefined {
  return source !== undefined && /^[\w|-]+$/.test(source) ? new Set(source.split('|')) : undefined;
}

function only(text: string | undefined): ReadonlySet<string> | undefined {
  return text === undefined ? undefined : new Set([text]);
}
