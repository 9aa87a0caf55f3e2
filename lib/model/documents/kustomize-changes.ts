import { posix } from 'node:path';
import { field, isObject, type JsonValue, listAt, textAt } from '../../base/json';
import { readYamlStream } from '../../base/yaml/yaml-value';
import type { Manifest } from './manifest';

/** Which objects a change of a kustomization is for; what is undefined is any. */
interface Change {
  readonly kinds: ReadonlySet<string> | undefined;
  readonly names: ReadonlySet<string> | undefined;
  /** The change as text. */
  readonly text: string;
}

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
    this.changes = [...patched, ...replacements];
  }

  /** Whether it changes anything. */
  public get any(): boolean {
    return this.changes.length > 0;
  }

  /** Whether it changes what an object says about the mesh. */
  public concern({ kind, name }: Manifest): boolean {
    return this.changes.some((change) => {
      const isMeant = (change.kinds?.has(kind) ?? true) && (change.names?.has(name) ?? true);
      return isMeant && (!RUNS_PODS.test(kind) || CONCERNS_MESH.test(change.text));
    });
  }
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
