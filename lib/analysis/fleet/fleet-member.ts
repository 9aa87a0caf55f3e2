import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { type Membership, membershipOf } from '../../model/fleet/membership';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Target } from '../../upstream/releases/target';
import { MeshModel } from '../access/mesh-model';

/** One cluster of several, as questions about access see it. */
export interface FleetMember {
  /** Name of the cluster. */
  readonly name: string;
  readonly model: MeshModel;
  /** What its installation of Istio says of its place among others. */
  readonly membership: Membership;
}

/** Makes a cluster of a fleet from its manifests. */
export function fleetMember(name: string, manifests: ManifestSet, target?: Target): FleetMember {
  const model = MeshModel.from(manifests, target === undefined ? {} : { target });
  return { name, model, membership: membershipOf(manifests) };
}

/** Whether both say which mesh they are part of, and it is not the same. */
export function areDifferentMeshes(one: FleetMember, other: FleetMember): boolean {
  const [own, theirs] = [one.membership.meshId, other.membership.meshId];
  return own !== undefined && theirs !== undefined && own !== theirs;
}

/** Why a request from one cluster does not get to the services of another one as one of its mesh; undefined if it may. */
export function whyNotOneMesh(from: FleetMember, to: FleetMember): string | undefined {
  const [own, other] = [from.membership.meshId, to.membership.meshId];
  if (own === undefined || other === undefined) {
    const silent = [from, to].filter(({ membership }) => membership.meshId === undefined).map(({ name }) => name);
    return `the installation of ${silent.join(' and ')} does not say which mesh it is part of (global.meshID)`;
  }
  if (own !== other) return `${from.name} is part of the mesh ${own}, and ${to.name} of ${other}`;
  const [network, otherNetwork] = [from.membership.network, to.membership.network];
  if (network === otherNetwork) return undefined;
  if (network === undefined || otherNetwork === undefined) {
    return `the installation of ${network === undefined ? from.name : to.name} does not say which network it is in`;
  }
  if (opensNetwork(to)) return undefined;
  return `${to.name} is in another network, and no Gateway among its manifests lets others in (tls mode AUTO_PASSTHROUGH)`;
}

/** Whether an east-west gateway of the cluster takes connections for its Services. */
function opensNetwork({ model }: FleetMember): boolean {
  return model.manifests.ofKind('Gateway', ISTIO_NETWORKING).some(hasPassthrough);
}

function hasPassthrough({ body }: Manifest): boolean {
  const { servers = [] } = (body.spec ?? {}) as { servers?: readonly { readonly tls?: { readonly mode?: unknown } }[] };
  return Array.isArray(servers) && servers.some((server) => server?.tls?.mode === 'AUTO_PASSTHROUGH');
}
