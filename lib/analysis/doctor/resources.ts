import { GATEWAY_API, isIstioGroup } from '../../upstream/kubernetes/api-groups';

/** A resource of the API server that doctor lists. */
export interface DoctorResource {
  /** Name as kubectl takes it, with its group: also the name of its file in a snapshot. */
  readonly name: string;
  /** API group; empty for the core. */
  readonly group: string;
  /** Name in a ClusterRole. */
  readonly resource: string;
  /** Whether its objects are in namespaces. */
  readonly namespaced: boolean;
  /** Whether only the namespaces of istiod and tbot are asked: those of others may hold anything. */
  readonly ofSystemOnly?: true;
  /** The one namespace that is asked, whatever others are of interest. */
  readonly inNamespace?: string;
}

function resource(
  name: string,
  scope: 'namespaced' | 'cluster' | 'system' | { readonly inNamespace: string },
): DoctorResource {
  const [plural = '', ...group] = name.split('.');
  return {
    name,
    group: group.join('.'),
    resource: plural,
    namespaced: scope !== 'cluster',
    ...(scope === 'system' && { ofSystemOnly: true }),
    ...(typeof scope === 'object' && scope),
  };
}

/**
 * Whether a kind is there only where somebody has defined it: a cluster without such a kind has no object of it. All others are
 * Kubernetes' own.
 */
export function isDefinedLater({ group }: DoctorResource): boolean {
  return isIstioGroup(group) || group === GATEWAY_API;
}

/** Whether an answer says that the API server does not know a kind. */
export function isUnknownKind(because: string): boolean {
  return /^the server doesn't have a resource type /.test(because);
}

/** What doctor lists. Never Secrets: nothing that it looks for is in one. */
export const DOCTOR_RESOURCES: readonly DoctorResource[] = [
  resource('namespaces', 'cluster'),
  resource('nodes', 'cluster'),
  resource('pods', 'namespaced'),
  resource('events', 'namespaced'),
  resource('services', 'namespaced'),
  resource('serviceaccounts', 'namespaced'),
  resource('deployments.apps', 'namespaced'),
  resource('daemonsets.apps', 'namespaced'),
  resource('statefulsets.apps', 'namespaced'),
  resource('cronjobs.batch', 'namespaced'),
  resource('jobs.batch', 'namespaced'),
  resource('configmaps', 'system'),
  // Where kubelets write every ten seconds, by their own clocks, that they live.
  resource('leases.coordination.k8s.io', { inNamespace: 'kube-node-lease' }),
  resource('csidrivers.storage.k8s.io', 'cluster'),
  resource('csinodes.storage.k8s.io', 'cluster'),
  resource('mutatingwebhookconfigurations.admissionregistration.k8s.io', 'cluster'),
  resource('clusterroles.rbac.authorization.k8s.io', 'cluster'),
  resource('clusterrolebindings.rbac.authorization.k8s.io', 'cluster'),
  resource('authorizationpolicies.security.istio.io', 'namespaced'),
  resource('peerauthentications.security.istio.io', 'namespaced'),
  resource('requestauthentications.security.istio.io', 'namespaced'),
  resource('destinationrules.networking.istio.io', 'namespaced'),
  resource('gateways.networking.istio.io', 'namespaced'),
  resource('virtualservices.networking.istio.io', 'namespaced'),
  resource('serviceentries.networking.istio.io', 'namespaced'),
  resource('sidecars.networking.istio.io', 'namespaced'),
  resource('proxyconfigs.networking.istio.io', 'namespaced'),
  resource('workloadentries.networking.istio.io', 'namespaced'),
  resource('envoyfilters.networking.istio.io', 'namespaced'),
  resource('gateways.gateway.networking.k8s.io', 'namespaced'),
  resource('httproutes.gateway.networking.k8s.io', 'namespaced'),
];
