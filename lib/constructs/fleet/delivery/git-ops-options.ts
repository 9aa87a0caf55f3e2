import { InvalidInputError } from '../../../base/invalid-input-error';
import type { FleetCluster } from '../fleet-cluster';
import type { DeliveredCluster } from './fleet-delivery';

/** Where an engine finds the fleet's output, and in which order changes reach the clusters. */
export interface GitOpsOptions {
  /** URL of the repository that the output is committed to, such as `https://git.example.com/platform/mesh.git`. */
  readonly repository: string;
  /**
   * Branch that the engine follows.
   *
   * @default 'main'
   */
  readonly branch?: string;
  /**
   * Directory with the fleet's output in the repository.
   *
   * @default 'dist'
   */
  readonly path?: string;
  /**
   * Groups of clusters, in order: a change reaches the next group when everything in the previous group is healthy.
   *
   * @default - the first cluster of the fleet, then all others
   */
  readonly rollout?: readonly (readonly FleetCluster[])[];
  /**
   * The cluster that the engine itself runs in.
   *
   * @default - a cluster outside the fleet, from which it accesses all clusters
   */
  readonly runsIn?: FleetCluster;
}

/** The same, with all that is left out filled in. */
export interface CompleteGitOpsOptions {
  readonly repository: string;
  readonly branch: string;
  readonly path: string;
}

/**
 * Fills in defaults and refuses what an engine could not follow.
 *
 * @throws InvalidInputError if the address, the branch or the path is not one that every engine takes
 */
export function completeOptions(where: string, options: GitOpsOptions): CompleteGitOpsOptions {
  const { repository, branch = 'main', path = 'dist' } = options;
  const address = /^(?:https?|ssh):\/\/(?:([^/@\s]*)@)?[^/@\s]+\/\S+$/.exec(repository);
  const user = address?.[1] ?? '';
  if (address === null || user.includes(':') || (user !== '' && !repository.startsWith('ssh:'))) {
    throw new InvalidInputError({
      where,
      problem: user === '' ? 'not a valid repository URL' : 'the URL contains a credential, which would be committed',
      // A credential is not for messages either.
      ...(user === '' && { value: repository }),
      allowed: 'https://… or ssh://… with a host and a path, and without a password',
      fix: 'configure the credential in the engine, which stores it in a Secret',
    });
  }
  if (branch === '' || /[\s~^:?*[\\]|\.\.|^-|\/$/.test(branch)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid branch name',
      value: branch,
      allowed: 'the name of a branch in the repository',
    });
  }
  if (path === '' || !path.split('/').every((name) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name))) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid path of a directory in the repository',
      value: path,
      allowed: 'names separated by "/", without "." or ".."',
      fix: "write it like 'dist'",
    });
  }
  return { repository, branch, path };
}

/**
 * The groups of clusters, each with all that is known of its members.
 *
 * @throws InvalidInputError if a cluster is in no group or in two, or is not the fleet's
 */
export function rolloutGroups(
  where: string,
  clusters: readonly DeliveredCluster[],
  { rollout, runsIn }: GitOpsOptions,
): readonly (readonly DeliveredCluster[])[] {
  const byCluster = new Map(clusters.map((delivered) => [delivered.cluster, delivered]));
  const names = clusters.map(({ cluster }) => cluster.name).join(', ');
  const known = (cluster: FleetCluster): DeliveredCluster => {
    const delivered = byCluster.get(cluster);
    if (delivered !== undefined) return delivered;
    throw new InvalidInputError({
      where,
      problem: 'the cluster is not in this fleet',
      value: cluster.name,
      allowed: names,
    });
  };
  if (runsIn !== undefined) known(runsIn);
  const groups = rollout?.map((group) => group.map(known)) ?? [clusters.slice(0, 1), clusters.slice(1)];
  const places = groups.flat().map(({ cluster }) => cluster.name);
  const twice = places.find((name, index) => places.indexOf(name) !== index);
  const missing = clusters.find(({ cluster }) => !places.includes(cluster.name));
  if (twice !== undefined || missing !== undefined) {
    throw new InvalidInputError({
      where,
      problem:
        twice === undefined
          ? `cluster "${missing?.cluster}" is not in any group of the rollout, so changes would never reach it`
          : `cluster "${twice}" is in the rollout twice`,
      value: groups.map((group) => group.map(({ cluster }) => cluster.name)),
      allowed: `each of ${names} once`,
    });
  }
  return groups.filter((group) => group.length > 0);
}
