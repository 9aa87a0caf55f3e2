import { InvalidInputError } from '../../base/invalid-input-error';
import { MAX_MINOR_RELEASES_APART, WHY_NO_FEDERATION } from '../../upstream/istio/multi-cluster';
import { isDnsLabel, isLabelValue } from '../../upstream/kubernetes/names';
import { discoveryUrl } from '../../upstream/teleport/oidc-discovery';
import { readerOf } from '../app/output-place';
import type { KubernetesJoin } from '../teleport/kubernetes-join';
import type { TeleportCluster } from '../teleport/teleport-cluster';
import { GITOPS_FOLDER } from './delivery/fleet-delivery';
import type { FleetCluster } from './fleet-cluster';

/** Names of directories that nobody reads as a cluster's. */
const TAKEN: ReadonlySet<string> = new Set(['variants', GITOPS_FOLDER]);

/**
 * Refuses a name that cannot be a directory and a name for Teleport and Istio at once, or that another cluster has.
 *
 * @throws InvalidInputError
 */
export function checkName(where: string, name: string, others: readonly FleetCluster[]): void {
  if (!isDnsLabel(name) || TAKEN.has(name)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid cluster name',
      value: name,
      allowed: 'lower-case letters, digits and "-", at most 63 characters, and not "variants" or "gitops"',
    });
  }
  if (others.some((other) => other.name === name)) {
    throw new InvalidInputError({
      where,
      problem: `two clusters are named ${JSON.stringify(name)}: they would share a directory and a join token`,
      allowed: 'a different name for each cluster',
    });
  }
}

/**
 * The Teleport cluster, which the fleet or the cluster has to name.
 *
 * @throws InvalidInputError if neither does
 */
export function requireTeleport(where: string, teleport: TeleportCluster | undefined): TeleportCluster {
  if (teleport !== undefined) return teleport;
  throw new InvalidInputError({
    where,
    problem: 'neither the fleet nor the cluster names a Teleport cluster',
    allowed: 'a TeleportCluster',
    fix: "pass teleport: TeleportCluster.cloud('acme.teleport.sh') to one of them",
  });
}

/**
 * Refuses output in one file: what is applied as one would be applied to one cluster.
 *
 * @throws InvalidInputError
 */
export function checkFolder(outdir: string): void {
  const reader = readerOf(outdir);
  if (reader === 'kubectl') return;
  throw new InvalidInputError({
    where: 'MeshFleet',
    problem: 'the clusters of a fleet would all be applied to one cluster',
    value: reader === 'helm' ? '--format helm' : '--stdout',
    allowed: 'an output directory, which gets a subdirectory for each cluster',
    fix: 'run cdk8s synth without the option',
  });
}

/**
 * Refuses a region that no node can have.
 *
 * @throws InvalidInputError
 */
export function checkRegion(where: string, region: unknown): void {
  if (region === undefined || (typeof region === 'string' && region !== '' && isLabelValue(region))) return;
  throw new InvalidInputError({
    where,
    problem: 'not a valid region',
    value: region,
    allowed: 'a value of the label topology.kubernetes.io/region',
    fix: 'copy it from a node of the cluster: kubectl get nodes --label-columns topology.kubernetes.io/region',
  });
}

/**
 * Refuses a cluster whose join token could not be written: in a fleet nobody would notice that one is missing.
 *
 * @throws InvalidInputError
 */
export function requireKeys(where: string, join: KubernetesJoin | undefined): void {
  if (join === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'no join method is given, so Teleport cannot verify tbot',
      allowed: 'join: a KubernetesJoin',
      fix: "pass join: KubernetesJoin.oidc('https://…'), with the issuer of the cluster's ServiceAccount tokens",
    });
  }
  const { type, jwks } = join;
  if (type !== 'static_jwks' || jwks !== undefined) return;
  throw new InvalidInputError({
    where,
    problem: "the cluster's public keys are not known, so its join token cannot be written",
    allowed: 'KubernetesJoin.staticJwks with keys, or KubernetesJoin.oidc',
    fix: `save the keys, "kubectl get --raw /openid/v1/jwks > jwks.json", and pass KubernetesJoin.staticJwks(Jwks.fromFile('jwks.json'))`,
  });
}

/**
 * Refuses a cluster that could join Teleport as another one, or that cannot be one mesh with another cluster of its mesh.
 *
 * @throws InvalidInputError naming both clusters
 */
export function checkJoinsFleet(where: string, cluster: FleetCluster, other: FleetCluster): void {
  checkOwnKeys(where, cluster, other);
  if (cluster.meshId === other.meshId) checkOneMesh(where, cluster, other);
}

function checkOwnKeys(where: string, cluster: FleetCluster, other: FleetCluster): void {
  if (cluster.trustDomain !== other.trustDomain) return;
  const own = cluster.join;
  if (!haveCommonKeys(own, other.join)) return;
  if (own.type === 'in_cluster') {
    throw new InvalidInputError({
      where,
      problem: `Teleport's Auth Service can ask only the cluster it runs in, which is declared to be "${other.name}"`,
      value: own.type,
      allowed: 'KubernetesJoin.inCluster() for one cluster',
      fix: `use KubernetesJoin.staticJwks or KubernetesJoin.oidc for "${cluster.name}"`,
    });
  }
  if (own.issuer !== other.join.issuer) {
    throw new InvalidInputError({
      where,
      problem: `clusters "${other.name}" and "${cluster.name}" have one issuer, which is written in two ways: Teleport reads the same keys for both, and accepts only the tokens of one`,
      value: [other.join.issuer, own.issuer],
      allowed: 'a different issuer for each cluster',
      fix: `use the "issuer" that "kubectl get --raw /.well-known/openid-configuration" prints for each cluster`,
    });
  }
  throw new InvalidInputError({
    where,
    problem: `pods of cluster "${cluster.name}" could join Teleport as "${other.name}": both clusters have ${own.jwks === undefined ? 'the same keys' : 'a key in common'}`,
    value: own.issuer ?? own.type,
    allowed: 'different keys for each cluster',
    fix: `read them again from each cluster: "kubectl get --raw /.well-known/openid-configuration" or "… /openid/v1/jwks"`,
  });
}

/** Whether ServiceAccount tokens of both clusters are verified with the same keys. */
function haveCommonKeys(one: KubernetesJoin, other: KubernetesJoin): boolean {
  if (one.type !== other.type || keysOf(one) !== keysOf(other)) return false;
  return one.jwks === undefined || other.jwks === undefined || one.jwks.sharesKeyWith(other.jwks);
}

/** Where Teleport finds the keys of a public issuer. */
function keysOf({ issuer }: KubernetesJoin): string | undefined {
  return issuer === undefined ? undefined : discoveryUrl(issuer);
}

function checkOneMesh(where: string, cluster: FleetCluster, other: FleetCluster): void {
  const both = `"${other.name}" and "${cluster.name}"`;
  const refuse = (problem: string, value: unknown, allowed: string, fix: string) =>
    new InvalidInputError({ where, problem, value, allowed, fix });
  if (cluster.trustDomain !== other.trustDomain) {
    throw refuse(
      `clusters ${both} are declared as one mesh, but their trust domains differ: ${WHY_NO_FEDERATION}`,
      [other.trustDomain, cluster.trustDomain],
      'one trust domain per mesh',
      'put the cluster in a separate mesh, or use the same Teleport cluster',
    );
  }
  if (cluster.network === undefined || cluster.network === other.network) {
    throw refuse(
      cluster.network === undefined
        ? `clusters ${both} are one mesh, but "${cluster.name}" has no network, so no gateway gives access to it`
        : `clusters ${both} are on one network, and each has a control plane: only one control plane per network is supported`,
      cluster.network,
      'a different network for each cluster of a mesh',
      `pass network: '${cluster.name}', or mesh: '${cluster.name}' if they do not call each other`,
    );
  }
  if (other.network === undefined) {
    throw refuse(
      `clusters ${both} are one mesh, but "${other.name}" has no network, so no gateway gives access to it`,
      undefined,
      'a different network for each cluster of a mesh',
      `pass network: '${other.name}' to that cluster, or mesh: '${cluster.name}' to this one if they do not call each other`,
    );
  }
  if ((cluster.region === undefined) !== (other.region === undefined)) {
    const silent = cluster.region === undefined ? cluster : other;
    throw refuse(
      `clusters ${both} are one mesh, and "${silent.name}" does not state its region`,
      undefined,
      'a region for each cluster of a mesh, or for none',
      `pass region to cluster "${silent.name}"`,
    );
  }
  checkReleases(where, cluster, other);
}

function checkReleases(where: string, cluster: FleetCluster, other: FleetCluster): void {
  const [own, theirs] = [cluster.mesh.target.istio, other.mesh.target.istio];
  if (own.major === theirs.major && Math.abs(own.minor - theirs.minor) <= MAX_MINOR_RELEASES_APART) return;
  throw new InvalidInputError({
    where,
    problem: `Istio ${theirs} in cluster "${other.name}" and ${own} in "${cluster.name}" are too far apart for one mesh`,
    value: own.toString(),
    allowed: `releases at most ${MAX_MINOR_RELEASES_APART} minor release apart`,
    fix: 'upgrade the older cluster first',
  });
}
