import { InvalidInputError } from '../../base/invalid-input-error';
import { checkLabels, checkNamespace, checkObjectName } from '../../upstream/kubernetes/names';
import { checkAbsolutePath } from './checks';

/** Keeps tbot's output in memory, where no other process can read it; it is lost at a restart. */
export interface MemoryDestination {
  /** Nothing is written; everything is lost when tbot exits. */
  readonly type: 'memory';
}

/** A user or group that may read the files, by name or number. */
export type DestinationReader =
  | { readonly user: string | number; readonly group?: never }
  | { readonly group: string | number; readonly user?: never };

/** Writes files into a directory. */
export interface DirectoryDestination {
  /** Files in a directory. */
  readonly type: 'directory';
  /** Absolute path. */
  readonly path: string;
  /**
   * How to handle symbolic links in the path.
   *
   * @default 'try-secure' - set by tbot
   */
  readonly symlinks?: 'try-secure' | 'secure' | 'insecure';
  /**
   * Whether POSIX ACLs are set for the readers; with `off` tbot ignores them.
   *
   * @default 'try' - set by tbot
   */
  readonly acls?: 'try' | 'off' | 'required';
  /**
   * Users and groups that may read the files, in addition to the user that tbot runs as.
   *
   * @default - no others
   */
  readonly readers?: readonly DestinationReader[];
}

/**
 * Writes a Kubernetes Secret. The pod needs the environment variable `POD_NAMESPACE` and a Role for the Secret, and
 * must be the only replica.
 */
export interface KubernetesSecretDestination {
  /** Keys of a Kubernetes Secret. */
  readonly type: 'kubernetes_secret';
  /** Name of the Secret. */
  readonly name: string;
  /**
   * Namespace of the Secret.
   *
   * @default - the namespace of the pod
   */
  readonly namespace?: string;
  /**
   * Labels of the Secret.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where a service writes its files. */
export type TbotDestination = MemoryDestination | DirectoryDestination | KubernetesSecretDestination;

/**
 * A destination as tbot's configuration spells it.
 *
 * @internal
 * @throws InvalidInputError if tbot or the API server would refuse it, or tbot would ignore a part
 */
export function toDestinationConfig(where: string, destination: TbotDestination): object {
  switch (destination.type) {
    case 'memory':
      return { type: destination.type };
    case 'directory':
      return toDirectoryConfig(where, destination);
    case 'kubernetes_secret':
      return toSecretConfig(where, destination);
  }
}

/**
 * What two destinations have in common when they overwrite each other; undefined if nothing can.
 *
 * @internal
 */
export function destinationAddress(destination: TbotDestination): string | undefined {
  switch (destination.type) {
    case 'memory':
      return undefined;
    case 'directory':
      return `directory ${destination.path.replace(/\/+$/, '')}`;
    case 'kubernetes_secret':
      return `kubernetes_secret ${destination.namespace ?? ''}/${destination.name}`;
  }
}

function toDirectoryConfig(where: string, destination: DirectoryDestination): object {
  const { symlinks, acls, readers = [] } = destination;
  if (acls === 'off' && readers.length > 0) {
    throw new InvalidInputError({
      where,
      problem: 'tbot ignores readers when ACLs are off',
      value: readers,
      allowed: 'readers with acls "try" or "required"',
      fix: 'remove acls',
    });
  }
  return {
    type: destination.type,
    path: checkAbsolutePath(where, 'path', destination.path),
    ...(symlinks !== undefined && { symlinks }),
    ...(acls !== undefined && { acls }),
    ...(readers.length > 0 && { readers: readers.map(({ user, group }) => readerConfig(user, group)) }),
  };
}

/** tbot takes names and numbers as text. */
function readerConfig(user: string | number | undefined, group: string | number | undefined): object {
  return user === undefined ? { group: String(group) } : { user: String(user) };
}

function toSecretConfig(where: string, { type, name, namespace, labels }: KubernetesSecretDestination): object {
  checkObjectName(where, name);
  if (namespace !== undefined) checkNamespace(where, namespace);
  checkLabels(where, labels ?? {});
  return {
    type,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels: { ...labels } }),
  };
}
