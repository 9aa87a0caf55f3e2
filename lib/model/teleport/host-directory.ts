import { listAt, textAt } from '../../base/json';
import type { Container, Volume, Workload } from '../cluster/workload';

/** The mount that holds a path inside a container, with its volume. */
export interface MountedPath {
  /** Pointer to the mount. */
  readonly pointer: string;
  readonly volume: Volume;
  /** Path on the node; undefined if the volume is not a host path. */
  readonly hostPath: string | undefined;
}

/** Finds the mount that contains a path of a container; undefined if it is in the image itself. */
export function mountOf(workload: Workload, container: Container, path: string): MountedPath | undefined {
  let best: { readonly at: number; readonly mountPath: string; readonly volume: Volume } | undefined;
  listAt(container.body, 'volumeMounts').forEach((mount, at) => {
    const mountPath = trimSlash(textAt(mount, 'mountPath') ?? '');
    const inside = path === mountPath || path.startsWith(`${mountPath}/`);
    const volume = workload.volumes.find(({ name }) => name === textAt(mount, 'name'));
    if (inside && volume && mountPath.length >= (best?.mountPath.length ?? 0)) best = { at, mountPath, volume };
  });
  if (!best) return undefined;
  const host = textAt(best.volume.body, 'hostPath', 'path');
  return {
    pointer: `${container.pointer}/volumeMounts/${best.at}`,
    volume: best.volume,
    hostPath: host === undefined ? undefined : trimSlash(host) + path.slice(best.mountPath.length),
  };
}

/** The directory of a path, without a trailing slash. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The last part of a path. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function trimSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
