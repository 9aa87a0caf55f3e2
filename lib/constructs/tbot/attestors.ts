import { InvalidInputError } from '../../base/invalid-input-error';
import { isIpBlock } from '../../upstream/network/ip-address';
import { checkPort } from '../../upstream/network/port-number';
import type { AttestorName } from '../teleport/required-attestors';
import { checkAbsolutePath, checkNotEmpty } from './checks';
import type { KubeletTls } from './kubelet-tls';

/** The kubelet's ordinary port. */
export interface SecureKubelet {
  /** How tbot authenticates the kubelet. */
  readonly tls: KubeletTls;
  /**
   * Authenticated port of the kubelet.
   *
   * @default 10250 - set by tbot
   */
  readonly port?: number;
  /**
   * How tbot authenticates to the kubelet: with the token in a file, or not at all.
   *
   * @default - the token of the pod's ServiceAccount at its usual path
   */
  readonly credentials?: 'anonymous' | { readonly tokenPath: string };
  readonly readOnlyPort?: never;
}

/** The kubelet's port without TLS and authentication, which Kubernetes has disabled since 1.16. */
export interface ReadOnlyKubelet {
  /** Read-only port of the kubelet, without TLS and authentication: 10255 by convention. */
  readonly readOnlyPort: number;
  readonly tls?: never;
  readonly port?: never;
  readonly credentials?: never;
}

/**
 * How tbot requests the list of pods from its node's kubelet; the host is in the environment variable
 * `TELEPORT_NODE_NAME`.
 */
export type KubeletAccess = SecureKubelet | ReadOnlyKubelet;

/** Verifies signatures and attestations of container images; requires Teleport Enterprise and a container attestor. */
export interface SigstoreAttestor {
  /**
   * Registries to search besides the image's own: host, or host and port.
   *
   * @default - none
   */
  readonly additionalRegistries?: readonly string[];
  /**
   * Docker or Podman configuration with the registries' credentials; must exist when tbot starts.
   *
   * @default - the default locations of those programs
   */
  readonly credentialsPath?: string;
  /**
   * Private networks, in CIDR form, that registries may be in.
   *
   * @default - none
   */
  readonly allowedPrivateNetworkPrefixes?: readonly string[];
}

/**
 * How the service identifies the process at the other end of its socket. Each given attestor is enabled; the one for
 * Unix processes always is.
 *
 * A failed attestation does not stop the request: tbot sends Teleport fewer attributes. Only the allow rules of the
 * identity stop an unknown process.
 */
export interface Attestors {
  /**
   * Pod, namespace, ServiceAccount and container, from the node's kubelet. tbot must run in the node's PID namespace
   * (`hostPID`).
   *
   * @default - off
   */
  readonly kubernetes?: { readonly kubelet: KubeletAccess };
  /**
   * Options of the attestor for processes: the maximum size, in bytes, of a program whose hash is computed.
   *
   * @default - 1 GiB, set by tbot
   */
  readonly unix?: { readonly binaryHashMaxSizeBytes: number | 'unlimited' };
  /**
   * Docker containers, from Docker's socket.
   *
   * @default - off
   */
  readonly docker?: {
    /**
     * Absolute path of the socket.
     *
     * @default '/var/run/docker.sock' - set by tbot
     */
    readonly socketPath?: string;
  };
  /**
   * Podman containers and pods, from the socket at this absolute path.
   *
   * @default - off
   */
  readonly podman?: { readonly socketPath: string };
  /**
   * systemd units, over D-Bus.
   *
   * @default false
   */
  readonly systemd?: boolean;
  /**
   * Signatures and attestations of container images.
   *
   * @default - off
   */
  readonly sigstore?: SigstoreAttestor;
}

/**
 * The attestors as tbot's configuration spells them.
 *
 * @internal
 * @throws InvalidInputError if tbot would refuse them, or one could never do anything
 */
export function toAttestorsConfig(where: string, attestors: Attestors): object {
  const { kubernetes, unix, docker, podman, systemd, sigstore } = attestors;
  if (sigstore !== undefined && kubernetes === undefined && docker === undefined && podman === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'sigstore has no container image to verify',
      allowed: 'sigstore together with kubernetes, docker or podman',
      fix: 'add the attestor of the container runtime',
    });
  }
  return {
    ...(kubernetes && { kubernetes: { enabled: true, ...kubeletConfig(where, kubernetes.kubelet) } }),
    ...(unix && { unix: { binary_hash_max_size_bytes: hashLimit(where, unix.binaryHashMaxSizeBytes) } }),
    ...(docker && { docker: { enabled: true, ...socketConfig(where, docker.socketPath) } }),
    ...(podman && { podman: { enabled: true, ...socketConfig(where, podman.socketPath) } }),
    ...(systemd === true && { systemd: { enabled: true } }),
    ...(sigstore && { sigstore: { enabled: true, ...sigstoreConfig(where, sigstore) } }),
  };
}

/**
 * The attestors that find something out about callers on a unix socket; the one for Unix processes always does.
 *
 * @internal
 */
export function attestorsOn({ kubernetes, docker, podman, systemd }: Attestors): readonly AttestorName[] {
  const on: readonly (AttestorName | false)[] = [
    'unix',
    kubernetes !== undefined && 'kubernetes',
    docker !== undefined && 'docker',
    podman !== undefined && 'podman',
    systemd === true && 'systemd',
  ];
  return on.filter((attestor) => attestor !== false);
}

function kubeletConfig(where: string, access: KubeletAccess): object {
  if (access.readOnlyPort !== undefined) {
    return { kubelet: { read_only_port: checkPort(where, 'readOnlyPort', access.readOnlyPort) } };
  }
  const { tls, port, credentials } = access;
  const kubelet = {
    ...(port !== undefined && { secure_port: checkPort(where, 'port', port) }),
    ...(credentials === 'anonymous' && { anonymous: true }),
    ...(typeof credentials === 'object' && {
      token_path: checkAbsolutePath(where, 'tokenPath', credentials.tokenPath),
    }),
    ...tls.toConfig(),
  };
  return Object.keys(kubelet).length > 0 ? { kubelet } : {};
}

function hashLimit(where: string, limit: number | 'unlimited'): number {
  if (limit === 'unlimited') return -1;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidInputError({
      where,
      problem: '"binaryHashMaxSizeBytes" is not a valid size',
      value: limit,
      allowed: 'a whole number of bytes, or "unlimited"',
    });
  }
  return limit;
}

/** Three slashes: tbot refuses a URL with a host in it. */
function socketConfig(where: string, path: string | undefined): object {
  return path === undefined ? {} : { addr: `unix://${checkAbsolutePath(where, 'socketPath', path)}` };
}

function sigstoreConfig(where: string, attestor: SigstoreAttestor): object {
  const { additionalRegistries: registries, credentialsPath, allowedPrivateNetworkPrefixes: prefixes } = attestor;
  return {
    ...(registries && {
      additional_registries: registries.map((host) => ({ host: checkNotEmpty(where, 'additionalRegistries', host) })),
    }),
    ...(credentialsPath !== undefined && {
      credentials_path: checkAbsolutePath(where, 'credentialsPath', credentialsPath),
    }),
    ...(prefixes && { allowed_private_network_prefixes: prefixes.map((prefix) => checkPrefix(where, prefix)) }),
  };
}

function checkPrefix(where: string, prefix: string): string {
  if (!prefix.includes('/') || !isIpBlock(prefix)) {
    throw new InvalidInputError({
      where,
      problem: '"allowedPrivateNetworkPrefixes" contains an entry that is not a valid CIDR',
      value: prefix,
      allowed: 'a CIDR such as "10.0.0.0/8"',
    });
  }
  return prefix;
}
