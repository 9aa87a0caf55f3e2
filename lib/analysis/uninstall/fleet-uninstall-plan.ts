import { shellComment, shellQuote } from '../../base/shell-quote';
import { Cluster } from '../../model/cluster/cluster';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import { REMOTE_SECRET_SELECTOR } from '../../upstream/istio/multi-cluster';
import type { NamedManifests } from '../fleet/fleet-identities';
import { everyStep, type UninstallStep } from './uninstall-plan';

/**
 * The steps to remove a whole fleet: each step in all clusters before the next one, because several clusters may share a
 * resource in Teleport. Assumes that contexts have the names of the clusters.
 */
export function fleetUninstallPlan(clusters: readonly NamedManifests[]): readonly UninstallStep[] {
  const plans = clusters.map(({ name, manifests }) => ({ name, manifests, steps: everyStep(manifests) }));
  const [first] = plans;
  const together = (first?.steps ?? []).map((step, index): UninstallStep => {
    const commands = plans.flatMap(({ name, manifests, steps }) => {
      const own = steps[index]?.commands ?? [];
      if (own.length === 0) return [];
      return [heading(name, manifests, own), ...own.flatMap((one) => [...whereItIs(one), inContext(one, name)])];
    });
    return { ...step, commands };
  });
  return [remoteSecrets(clusters), ...together].filter(({ commands }) => commands.length > 0);
}

function remoteSecrets(clusters: readonly NamedManifests[]): UninstallStep {
  const remove = `kubectl delete --ignore-not-found --namespace=${ISTIO_NAMESPACE} secrets --selector=${REMOTE_SECRET_SELECTOR}`;
  return {
    title: 'Credentials for other clusters',
    why: 'Control planes stop sending requests to pods of other clusters before those pods terminate. The commands assume that each context has the name of its cluster. To remove only one cluster, name its directory, and delete the Secret with its name in the others.',
    commands: clusters.map(({ name }) => inContext(remove, name)),
    optional: false,
  };
}

/** Says where commands are for that name no context. */
function heading(name: string, manifests: ManifestSet, commands: readonly string[]): string {
  if (!commands.some((command) => command.startsWith('tctl '))) return shellComment(name);
  const domains = [...new Set(Cluster.of(manifests).installations.flatMap(({ trustDomains }) => trustDomains))];
  return shellComment(
    domains.length === 0 ? name : `${name}, where tctl is logged in to the Teleport cluster ${domains.join(' or ')}`,
  );
}

/** What Argo CD is given is in the cluster that it runs in, which no directory says. */
function whereItIs(command: string): readonly string[] {
  if (!command.includes('.argoproj.io/')) return [];
  return [
    shellComment(
      'Objects of argoproj.io are in the cluster that runs Argo CD: if that is another cluster, use its context.',
    ),
  ];
}

/** The flag by which each program takes a context. */
const CONTEXT_FLAGS = { kubectl: '--context', istioctl: '--context', helm: '--kube-context' } as const;

function inContext(command: string, name: string): string {
  for (const [program, flag] of Object.entries(CONTEXT_FLAGS)) {
    if (command.startsWith(`${program} `)) {
      return `${program} ${shellQuote(`${flag}=${name}`)}${command.slice(program.length)}`;
    }
  }
  return command;
}
