import { isVariable } from '../../base/is-variable';
import { objectAt } from '../../base/json';
import type { Service } from '../../model/cluster/service';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { type Membership, membershipOf } from '../../model/fleet/membership';
import { Discovery } from '../../model/installation/discovery';
import { CROSS_NETWORK_PORT, MESH_NETWORKS_VALUE, NETWORK_LABEL } from '../../upstream/istio/multi-cluster';
import { hostCovers, serviceHost } from '../../upstream/istio/service-host';
import type { Target } from '../../upstream/releases/target';
import { MeshModel } from '../access/mesh-model';
import { bringsTo, type WayIn, waysInto } from './ways-in';

/** One cluster of several, as questions about access see it. */
export interface FleetMember {
  /** Name of the cluster; empty if the manifests do not state it. */
  readonly name: string;
  /** Who may call whom in it. */
  readonly model: MeshModel;
  /** Its mesh, cluster name and network, as its installation of Istio states them. */
  readonly membership: Membership;
}

/**
 * Makes a cluster of a fleet from its manifests.
 *
 * @param name what its directory is said to be of; without it, what its installation says, which may be nothing
 */
export function fleetMember(name: string | undefined, manifests: ManifestSet, target?: Target): FleetMember {
  const model = MeshModel.from(manifests, target === undefined ? {} : { target });
  const membership = membershipOf(manifests);
  return { name: name ?? membership.clusterName ?? '', model, membership };
}

/** Whether both say which mesh they are part of, and it is not the same. */
export function areDifferentMeshes(one: FleetMember, other: FleetMember): boolean {
  const [own, theirs] = [one.membership.meshId, other.membership.meshId];
  return own !== undefined && theirs !== undefined && own !== theirs;
}

/**
 * Why requests from one cluster do not reach the services of another as part of one mesh; undefined if they may.
 *
 * @param callee the callee; without it, the answer is for any callee
 */
export function whyNotOneMesh(
  from: FleetMember,
  to: FleetMember,
  callee?: Pick<Service, 'namespace' | 'name'>,
): string | undefined {
  const [own, other] = [from.membership.meshId, to.membership.meshId];
  if (own === undefined || other === undefined) {
    const silent = [from, to].filter(({ membership }) => membership.meshId === undefined).map(({ name }) => name);
    return `the installation of ${silent.join(' and ')} does not state its mesh (global.meshID)`;
  }
  if (own !== other) return `${from.name} is part of mesh ${own}, and ${to.name} is part of mesh ${other}`;
  const [network, otherNetwork] = [from.membership.network, to.membership.network];
  if (network === otherNetwork) return undefined;
  if (network === undefined || otherNetwork === undefined) {
    return `the installation of ${network === undefined ? from.name : to.name} does not state its network (global.network)`;
  }
  const ways = waysInto(to.model);
  if (ways.length === 0) {
    return `${to.name} is on another network, and no Gateway in its manifests accepts traffic from other networks (tls.mode AUTO_PASSTHROUGH)`;
  }
  const reasons = ways.map((way) => whyNotIn(from, to, way));
  const reached = ways.filter((_, index) => reasons[index] === undefined);
  if (reached.length === 0) return `${to.name} is on another network, and ${reasons[0]}`;
  if (callee === undefined || reached.some((way) => passes(way, callee))) return undefined;
  const hosts = reached.flatMap((way) => way.hosts);
  return `${to.name} is on another network, and its Gateways accept traffic from other networks only for ${hosts.join(', ')}`;
}

/**
 * Why istiod of one cluster does not find a way into another one, as a clause; undefined if it may (istio/istio
 * pilot/pkg/serviceregistry/kube/controller/network.go `extractGatewaysInner`). It takes the addresses of pods then, whoever reaches them.
 */
function whyNotIn(from: FleetMember, to: FleetMember, way: WayIn): string | undefined {
  const { services, port } = way;
  const [first] = services;
  // What brings connections to pods that are not among the manifests is not either.
  if (first === undefined) return undefined;
  const bringing = services.filter((service) => bringsTo(service, way));
  if (bringing.length === 0) {
    return `its Gateways accept traffic from other networks on port ${port}, but no Service of the gateway maps port ${CROSS_NETWORK_PORT} to it`;
  }
  const addressed = bringing.filter(({ mayHaveOuterAddress }) => mayHaveOuterAddress);
  if (addressed.length === 0) {
    return `Service ${bringing[0]?.ref} of its gateway has no address outside the cluster: its type is not LoadBalancer, and it has no externalIPs`;
  }
  const isOfNetwork = ({ labels }: Service) => {
    const network = labels[NETWORK_LABEL];
    return network === to.membership.network || (network !== undefined && isVariable(network));
  };
  // Networks that are named by hand name the Services of their gateways too.
  const labelled = namesNetworks(from) ? addressed : addressed.filter(isOfNetwork);
  if (labelled.length === 0) {
    return `Service ${addressed[0]?.ref} of its gateway lacks the label ${NETWORK_LABEL}: ${to.membership.network}, by which other clusters find it`;
  }
  const discovery = discoveryIn(from, to);
  if (labelled.some(({ namespace }) => discovery.includes(namespace) === true)) return undefined;
  return `meshConfig.discoverySelectors of ${from.name} do not surely select the namespace ${labelled[0]?.namespace} of ${to.name}, so its istiod may not find the gateway there`;
}

/** What a control plane looks at in another cluster: it goes by its own selectors, and by the labels that namespaces have there. */
export function discoveryIn({ model }: FleetMember, to: FleetMember): Discovery {
  return new Discovery(model.settings.discoverySelectors, (name) => to.model.cluster.namespaceLabels(name));
}

/** Assumptions about the connection from one cluster to another that no manifest states. */
export function wayAssumptions(
  from: FleetMember,
  to: FleetMember,
  callee: Pick<Service, 'namespace' | 'name'>,
): readonly string[] {
  if (from.membership.network === to.membership.network) {
    return [`pods of ${from.name} reach pods of ${to.name} directly by address: both clusters are on one network`];
  }
  const mapped = namesNetworks(from)
    ? [`${from.name} sees the networks of its installation: global.meshNetworks is not evaluated`]
    : [];
  const ways = waysInto(to.model).filter((way) => whyNotIn(from, to, way) === undefined && passes(way, callee));
  if (ways.some(({ services }) => services.length > 0)) return mapped;
  const missing = ways.slice(0, 1).map(({ gateway, selector, hasPods }) => {
    const labels = Object.entries(selector).map(([name, value]) => `${name}=${value}`);
    if (hasPods) {
      return `${to.name} has a Service by which other networks find the gateway of Gateway ${gateway.namespace ?? 'default'}/${gateway.name}: its manifests have no Service that selects ${labels.join(', ')}`;
    }
    return `${to.name} runs the gateway that Gateway ${gateway.namespace ?? 'default'}/${gateway.name} selects: its manifests have no pods with the labels ${labels.join(', ')}`;
  });
  return [...mapped, ...missing];
}

/** Whether an installation says by itself which networks there are, and how others are entered. */
function namesNetworks({ model }: FleetMember): boolean {
  return model.cluster.installations.some(
    ({ values }) => Object.keys(objectAt(values, ...MESH_NETWORKS_VALUE)).length > 0,
  );
}

function passes({ hosts }: WayIn, callee: Pick<Service, 'namespace' | 'name'>): boolean {
  return hosts.some((host) => hostCovers(host, serviceHost(callee)));
}
