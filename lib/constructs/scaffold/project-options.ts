import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsLabel } from '../../upstream/kubernetes/names';
import { DEFAULT_RELEASES } from '../../upstream/releases/default-releases';
import { WRITTEN_ISTIO_LINES, whyNotWritten } from '../../upstream/releases/istio-lines';
import { Target } from '../../upstream/releases/target';
import { Version } from '../../upstream/releases/version';
import type { KubernetesJoinType } from '../../upstream/teleport/join-methods';
import { KubernetesJoin } from '../teleport/kubernetes-join';
import { TeleportCluster } from '../teleport/teleport-cluster';

/** How Teleport is to verify tbot, and what that takes. */
export type ProjectJoin = KubernetesJoinType;

/** What a new project is asked. */
export interface ProjectOptions {
  /** Address of the Teleport cluster: a Cloud tenant, or `host` or `host:port` of your own proxy. */
  readonly address: string;
  /** Name of the cluster, which its identities begin with; undefined stands for the host of its address. */
  readonly clusterName: string | undefined;
  readonly join: ProjectJoin;
  /** Issuer of ServiceAccount tokens; needed with `oidc`, and nowhere else. */
  readonly issuer: string | undefined;
  /** Istio release or line. */
  readonly istio: string;
  /** Kubernetes release of the oldest node. */
  readonly kubernetes: string;
  /** How pods get to the Workload API. */
  readonly delivery: 'csi' | 'hostPath';
  /** Namespaces of the mesh; the first gets two services to try things with. */
  readonly namespaces: readonly string[];
}

/** What a project is made with where nothing else is said. */
export const DEFAULT_PROJECT: ProjectOptions = {
  address: 'example.teleport.sh',
  clusterName: undefined,
  join: 'static_jwks',
  issuer: undefined,
  istio: Target.of().istio.toString(),
  kubernetes: Target.of().kubernetes.toString(),
  delivery: 'csi',
  namespaces: ['demo'],
};

/**
 * Refuses what the project's own first synthesis would refuse.
 *
 * @throws InvalidInputError
 */
export function checkProject({
  address,
  clusterName,
  join,
  issuer,
  istio,
  kubernetes,
  namespaces,
}: ProjectOptions): void {
  if (/^[\w-]+(:\d+)?$/.test(address)) {
    throw refusal(
      'the address has no domain',
      address,
      `"${hostOf(address)}.teleport.sh" for a Cloud tenant of that name, or the host or host:port of your own proxy, such as "teleport.example.com"`,
    );
  }
  if (isCloud(address) && clusterName !== undefined && clusterName !== cloudName(address)) {
    throw refusal(
      'a Cloud tenant has a different cluster name',
      clusterName,
      `"${cloudName(address)}", which is its address`,
    );
  }
  const cluster = isCloud(address)
    ? TeleportCluster.cloud(cloudName(address))
    : TeleportCluster.selfHosted({ name: clusterName ?? hostOf(address), proxyAddress: proxyAddressOf(address) });
  if (join === 'oidc' && issuer === undefined)
    throw refusal('the join method oidc needs an issuer', undefined, 'an https URL');
  const method =
    join === 'in_cluster'
      ? KubernetesJoin.inCluster()
      : join === 'oidc'
        ? KubernetesJoin.oidc(issuer ?? '')
        : KubernetesJoin.staticJwks();
  method.checkWith('init', cluster);
  // TeleportMesh takes plain numbers only, so that the compiler can see which line it is.
  if (!/^[\d.]+$/.test(istio) || !Target.of({ istio, kubernetes }).istioIsSupported) {
    throw refusal(
      whyNotWritten(Version.tryParse(istio)),
      istio,
      `${WRITTEN_ISTIO_LINES}, with or without a patch number, such as "${DEFAULT_RELEASES.istio}"`,
    );
  }
  if (namespaces.length === 0) throw refusal('the mesh has no namespace', undefined, 'at least one');
  for (const name of namespaces) {
    if (!isDnsLabel(name)) {
      throw refusal('not a valid namespace name', name, 'lower-case letters, digits and "-", at most 63 characters');
    }
    if (TAKEN.test(name) || namespaces.indexOf(name) !== namespaces.lastIndexOf(name)) {
      throw refusal('the namespace is already used', name, 'other names, each once');
    }
  }
}

/** Kubernetes', Istio's and tbot's own namespaces, and the name of the platform's chart. */
const TAKEN = /^(kube-.*|istio-system|teleport-system|mesh)$/;

/** Whether the address is that of a Cloud tenant, whose proxy needs no saying. */
export function isCloud(address: string): boolean {
  return /^[^:]+\.teleport\.sh(:443)?$/.test(address);
}

/** The tenant's name in its address. */
export function cloudName(address: string): string {
  return address.replace(/:443$/, '');
}

/** The host of an address, which is also the name of a cluster unless somebody chose another. */
export function hostOf(address: string): string {
  return address.replace(/:.*$/, '');
}

/** The address of the proxy, with its port. */
export function proxyAddressOf(address: string): string {
  return address.includes(':') ? address : `${address}:443`;
}

function refusal(problem: string, given: string | undefined, allowed: string): InvalidInputError {
  return new InvalidInputError({ where: 'init', problem, value: given, allowed });
}
