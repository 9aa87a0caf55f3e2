import { InvalidInputError } from '../../base/invalid-input-error';
import { checkObjectName } from '../../upstream/kubernetes/names';
import { checkAbsolutePath } from './checks';

/** A CA in a file that tbot can already read: on a machine, or in your own volume. */
export interface KubeletCaFile {
  /** Absolute path of a PEM file in tbot's file system. */
  readonly caPath: string;
  readonly caConfigMap?: never;
  readonly caNodeFile?: never;
}

/** A CA in a ConfigMap in tbot's namespace, which TbotDaemonSet mounts. */
export interface KubeletCaConfigMap {
  /** ConfigMap in tbot's namespace, and the key with the PEM data. */
  readonly caConfigMap: { readonly name: string; readonly key: string };
  readonly caPath?: never;
  readonly caNodeFile?: never;
}

/** A CA in a file on each node, which TbotDaemonSet mounts. */
export interface KubeletCaNodeFile {
  /**
   * Absolute path on the node. `/var/lib/kubelet/pki/kubelet.crt` is the certificate that a kubelet signs itself if it
   * has no other; it contains the node's name, so it works with the address `nodeName`.
   */
  readonly caNodeFile: string;
  readonly caPath?: never;
  readonly caConfigMap?: never;
}

/** The CA that signs the kubelets' serving certificates. */
export type KubeletCa = KubeletCaFile | KubeletCaConfigMap | KubeletCaNodeFile;

/** Where TbotDaemonSet puts a CA that it mounts. */
const CA_FILE = { directory: '/etc/kubelet-ca', name: 'ca.crt' } as const;

/** A pod volume that contains only the CA file. */
export type KubeletCaVolumeSource =
  | { readonly configMap: { readonly name: string; readonly items: { readonly key: string; readonly path: string }[] } }
  | { readonly hostPath: { readonly path: string; readonly type: 'File' } };

/**
 * How tbot authenticates the node's kubelet. The kubelet's list of pods determines which pod gets which identity, so
 * anyone who can impersonate the kubelet can get any identity of the bot.
 */
export class KubeletTls {
  /**
   * Verifies the kubelet's serving certificate; nothing needs to be configured if the cluster's CA signs it
   * (`serverTLSBootstrap` with approved requests, EKS, GKE, AKS).
   *
   * @param ca another CA; by default the cluster's, which is mounted with every ServiceAccount token
   * @throws InvalidInputError if a path is not absolute or a name is not a valid object name
   */
  public static verify(ca?: KubeletCa): KubeletTls {
    const where = 'KubeletTls.verify';
    if (ca?.caConfigMap !== undefined) {
      checkObjectName(where, ca.caConfigMap.name);
    } else if (ca?.caNodeFile !== undefined) {
      checkAbsolutePath(where, 'caNodeFile', ca.caNodeFile);
    } else if (ca !== undefined) {
      checkAbsolutePath(where, 'caPath', ca.caPath);
    }
    return new KubeletTls(ca, undefined);
  }

  /**
   * Accepts any certificate: anything that can answer at the kubelet's address is trusted, and receives tbot's bearer
   * token.
   *
   * @param acceptance `reason`: why this is acceptable, in one line; it is written next to the configuration, for
   * reviewers
   * @throws InvalidInputError if there is no reason
   */
  public static skipVerify(acceptance: { readonly reason: string }): KubeletTls {
    const reason = acceptance.reason.trim();
    if (reason === '' || /\p{Cc}/u.test(reason)) {
      throw new InvalidInputError({
        where: 'KubeletTls.skipVerify',
        problem: 'no reason is given',
        value: acceptance.reason,
        allowed: 'one line of text',
        fix: "explain why nothing else can answer at the kubelet's address, or use KubeletTls.verify()",
      });
    }
    return new KubeletTls(undefined, reason);
  }

  private constructor(
    private readonly ca: KubeletCa | undefined,
    /** Why the certificate is not verified; undefined if it is. */
    public readonly skipReason: string | undefined,
  ) {}

  /** Path of the CA in tbot's file system; undefined for the cluster's own CA. */
  public get caPath(): string | undefined {
    if (this.ca === undefined) return undefined;
    return this.ca.caPath ?? `${CA_FILE.directory}/${CA_FILE.name}`;
  }

  /** The volume that a pod must mount at {@link KubeletTls.caMount}; undefined if none. */
  public get caVolumeSource(): KubeletCaVolumeSource | undefined {
    if (this.ca?.caConfigMap !== undefined) {
      const { name, key } = this.ca.caConfigMap;
      return { configMap: { name, items: [{ key, path: CA_FILE.name }] } };
    }
    if (this.ca?.caNodeFile !== undefined) return { hostPath: { path: this.ca.caNodeFile, type: 'File' } };
    return undefined;
  }

  /** Where to mount the volume: a ConfigMap as a directory, so that it is updated; a node's file as a file. */
  public get caMount(): string {
    return this.ca?.caNodeFile === undefined ? CA_FILE.directory : `${CA_FILE.directory}/${CA_FILE.name}`;
  }

  /** tbot's configuration of it. */
  public toConfig(): { readonly ca_path?: string; readonly skip_verify?: true } {
    if (this.skipReason !== undefined) return { skip_verify: true };
    return this.caPath === undefined ? {} : { ca_path: this.caPath };
  }
}
