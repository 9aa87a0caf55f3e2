import type { FleetCluster } from './fleet-cluster';

/**
 * The commands that let each control plane of a mesh see the endpoints of the others. Their output is a credential of a
 * cluster's API server, so it is never a file of the output.
 */
export function remoteSecretsNotice(clusters: readonly FleetCluster[]): readonly string[] {
  const commands = clusters.flatMap((to) =>
    clusters
      .filter((of) => of !== to && of.meshId === to.meshId)
      .map(
        (of) =>
          `  istioctl create-remote-secret --context=${of.name} --name=${of.name} | kubectl --context=${to.name} apply -f -`,
      ),
  );
  if (commands.length === 0) return [];
  const why =
    'Control planes of one mesh find the pods of the others with a credential for their API server, which is not written.';
  return [`${why} To make it, run (with contexts that are called like the clusters):\n\n${commands.join('\n')}`];
}
