import type { FleetCluster } from './fleet-cluster';

/** As many commands as somebody may run by hand. */
const MOST_COMMANDS = 20;

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
  // istio/istio manifests/charts/istio-control/istio-discovery/templates/reader-clusterrole.yaml
  const why =
    'Each control plane of a mesh discovers pods in the other clusters with a credential for their API servers. The credential can read every Secret there, and is not written.';
  const listed = commands.slice(0, MOST_COMMANDS);
  const more = commands.length - listed.length;
  const rest =
    more > 0 ? [`  and ${more} more like these: one for each cluster and each other cluster of its mesh`] : [];
  return [`${why} To create it, run (with contexts named after the clusters):\n\n${[...listed, ...rest].join('\n')}`];
}
