import { InvalidInputError } from '../../base/invalid-input-error';
import { DEFAULT_SOCKET_FILE } from '../istio/proxy-volumes';
import { SPIFFE_CSI_DRIVER } from './csi-driver';

/** How pods mount the directory with the socket. */
export type SocketDelivery = 'csi' | 'hostPath';

/** Where the socket is on a node. */
export interface WorkloadApiSocketOptions {
  /**
   * Absolute directory on every node, shared by tbot, which creates the socket, and the CSI driver or the pods.
   *
   * The directory is mounted, never the socket file, because tbot creates a new file at every start.
   *
   * @default '/run/tbot/sockets' - what Teleport's own chart uses (gravitational/teleport examples/chart/tbot-spiffe-daemon-set)
   */
  readonly directory?: string;
  /**
   * Name of the socket file inside the directory, without a slash.
   *
   * With any name except Istio's default, `socket`, a proxy without the socket exits instead of silently requesting a
   * certificate from istiod (istio/istio pkg/istio-agent/agent.go).
   *
   * @default 'workload.sock'
   */
  readonly fileName?: string;
}

/** Options of a socket that the SPIFFE CSI driver mounts. */
export interface CsiSocketOptions extends WorkloadApiSocketOptions {
  /**
   * Name under which the CSI driver is registered with the kubelet; also that of its CSIDriver object.
   *
   * @default 'csi.spiffe.io'
   */
  readonly driverName?: string;
}

/** Options of a socket that pods mount from their node. */
export interface HostPathSocketOptions extends WorkloadApiSocketOptions {
  /**
   * Why host paths are acceptable here, in one line. It is written next to the volume, for reviewers, and suppresses
   * the checker's warnings there.
   *
   * @default - none: the checker warns
   */
  readonly reason?: string;
}

/** A pod volume source, in Kubernetes' format. */
export type WorkloadApiVolumeSource =
  | { readonly csi: { readonly driver: string; readonly readOnly: true } }
  | { readonly hostPath: { readonly path: string; readonly type: 'DirectoryOrCreate' } };

/** A unix socket path may have 107 bytes and a terminating zero (unix(7), `sun_path`). */
const MAX_PATH_BYTES = 107;

/**
 * Where tbot's SPIFFE Workload API is: tbot's `listen` address, the host directory, the CSI driver's directory, the pod
 * volume and the proxies' `WORKLOAD_IDENTITY_SOCKET_FILE` are all derived from this value.
 */
export class WorkloadApiSocket {
  /**
   * Pods mount the directory as a read-only `csi.spiffe.io` volume, which the Pod Security level `baseline` allows, so
   * no pod needs a host path.
   *
   * @throws InvalidInputError if the directory is not absolute, the file name is not a plain file name, or the driver's
   * name is not valid
   */
  public static csi(options: CsiSocketOptions = {}): WorkloadApiSocket {
    return new WorkloadApiSocket('csi', options, options.driverName ?? SPIFFE_CSI_DRIVER);
  }

  /**
   * Pods mount the node's directory as a host path, for clusters where a CSI driver cannot be installed: the Pod
   * Security levels `baseline` and `restricted` forbid it, and a pod that may mount one host path may mount any other
   * too.
   *
   * @throws InvalidInputError if the directory is not absolute, the file name is not a plain file name, or the reason
   * is not one line
   */
  public static hostPath(options: HostPathSocketOptions = {}): WorkloadApiSocket {
    checkReason('WorkloadApiSocket.hostPath', options.reason);
    return new WorkloadApiSocket('hostPath', options, undefined, options.reason);
  }

  /** Absolute directory on the node, without a trailing slash. */
  public readonly directory: string;
  /** Name of the socket file, without a directory. */
  public readonly fileName: string;

  private constructor(
    /** How pods mount the directory. */
    public readonly delivery: SocketDelivery,
    options: WorkloadApiSocketOptions,
    /** Name of the CSI driver; undefined with `hostPath` delivery. */
    public readonly driverName: string | undefined,
    /** Why host paths are acceptable; undefined with the CSI driver, or if no reason is given. */
    public readonly reason?: string,
  ) {
    this.directory = options.directory ?? '/run/tbot/sockets';
    this.fileName = options.fileName ?? 'workload.sock';
    checkDirectory(`WorkloadApiSocket.${delivery}`, this.directory);
    checkFileName(`WorkloadApiSocket.${delivery}`, this.fileName);
    checkLength(`WorkloadApiSocket.${delivery}`, this.path);
    if (driverName !== undefined) checkDriverName(`WorkloadApiSocket.${delivery}`, driverName);
  }

  /** Absolute path of the socket on the node. */
  public get path(): string {
    return `${this.directory}/${this.fileName}`;
  }

  /**
   * tbot's `listen` address. It has three slashes because tbot uses only the path of the URL, so `unix://run/x` would
   * listen on `/x` (gravitational/teleport lib/tbot/internal/listener.go).
   */
  public get listenUri(): string {
    return `unix://${this.path}`;
  }

  /** Whether a proxy without a socket exits (true) or silently requests its certificate from istiod (false). */
  public get failsClosed(): boolean {
    return this.fileName !== DEFAULT_SOCKET_FILE;
  }

  /** The source of the pod volume with which a workload mounts the directory. */
  public toVolumeSource(): WorkloadApiVolumeSource {
    return this.driverName === undefined
      ? { hostPath: { path: this.directory, type: 'DirectoryOrCreate' } }
      : { csi: { driver: this.driverName, readOnly: true } };
  }
}

function checkReason(where: string, reason: string | undefined): void {
  if (reason !== undefined && (reason.trim() === '' || /\p{Cc}|\{\{/u.test(reason))) {
    throw new InvalidInputError({
      where,
      problem: 'the reason is not valid in a comment in a Go template',
      value: reason,
      allowed: 'one line that says why host paths are acceptable here, without "{{"',
      fix: 'write one line for reviewers, or omit the reason and accept the warning',
    });
  }
}

function checkDirectory(where: string, directory: string): void {
  const segments = directory.split('/').slice(1);
  const normal = directory.startsWith('/') && segments.every((s) => /^[A-Za-z0-9._-]+$/.test(s) && !/^\.\.?$/.test(s));
  if (!normal) {
    throw new InvalidInputError({
      where,
      problem: 'the socket directory is not a plain absolute path',
      value: directory,
      allowed: 'an absolute path of letters, digits, ".", "-" and "_", without "..", "//" or a trailing slash',
      fix: 'write it like "/run/tbot/sockets"',
    });
  }
}

function checkFileName(where: string, fileName: string): void {
  if (!/^[A-Za-z0-9._-]+$/.test(fileName) || /^\.\.?$/.test(fileName)) {
    throw new InvalidInputError({
      where,
      problem: 'the socket file name is not a plain file name',
      value: fileName,
      allowed: 'letters, digits, ".", "-" and "_", without a slash (Istio refuses a path here)',
      fix: 'pass the directory as "directory" and only the file name here',
    });
  }
}

function checkLength(where: string, path: string): void {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new InvalidInputError({
      where,
      problem: `the socket path has ${Buffer.byteLength(path)} bytes`,
      value: path,
      allowed: `at most ${MAX_PATH_BYTES} bytes, the kernel's limit for a unix socket`,
      fix: 'use a shorter directory',
    });
  }
}

/** What the API server takes both in a pod's volume and as the name of a CSIDriver (`ValidateCSIDriverName`). */
function checkDriverName(where: string, driverName: string): void {
  if (driverName.length > 63 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(driverName)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid name of a CSI driver',
      value: driverName,
      allowed: 'lower-case letters, digits, inner "-" and ".", at most 63 characters',
      fix: 'omit driverName, or write it like "csi.example.com"',
    });
  }
}
