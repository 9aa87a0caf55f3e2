import { addTo } from '../../base/add-to';
import type { WayIn } from '../../model/gateways/ways-in';
import { decide } from '../access/ask';
import { type AccessRequest, OUTSIDE } from '../access/request';
import { areDifferentMeshes, type FleetMember } from './fleet-member';
import type { NotEvaluated } from './not-evaluated';
import { keptAtHome, remoteCaller } from './remote-caller';

/** A Gateway, as people call it, with the hosts that it routes to a Service. */
function describe({ name }: FleetMember, { route: { gateway, hosts } }: WayIn): string {
  const which = hosts.length === 0 ? 'requests' : hosts.join(', ');
  return `Gateway ${name}:${gateway.namespace}/${gateway.name}, which routes ${which} to it`;
}

/**
 * Gateways of other clusters by which whoever is outside may get to a Service, as assumptions of an answer that does not look at them: a
 * gateway sends requests to the pods of all clusters of its mesh.
 */
export function gatewaysElsewhere(
  home: FleetMember,
  request: AccessRequest,
  members: readonly FleetMember[],
): readonly string[] {
  const callee = home.model.findCallee(request.to);
  if ('verdict' in callee) return [];
  const others = members.filter(
    (other) => other !== home && !areDifferentMeshes(other, home) && keptAtHome(other, callee, home)?.isSure !== true,
  );
  const found = others.flatMap((other) =>
    other.model.cluster.waysIn
      .filter(({ route: { to } }) => to.namespace === callee.namespace && to.name === callee.name)
      .filter((way) => way.pods.length === 0 || way.pods.some((pod) => mayGetIn(other, pod, home, request)))
      .map((way) => `the request does not come through ${describe(other, way)}: ask about ${podOf(other, way)}`),
  );
  return [...new Set(found)];
}

function podOf({ name }: FleetMember, { pods: [first] }: WayIn): string {
  return first === undefined ? 'its pods, which are not in the manifests' : `${name}:${first.ref}`;
}

function mayGetIn(from: FleetMember, pod: WayIn['pods'][number], to: FleetMember, request: AccessRequest): boolean {
  const caller = remoteCaller(from, pod);
  // Whoever has no identity comes as others from outside do, of whom the answer is.
  if ('unknown' in caller) return false;
  return decide(to.model, { ...request, from: caller.identity }).verdict !== 'denied';
}

/**
 * What gateways of a cluster bring from outside to Services of other clusters, which is not evaluated: each call of their pods may be one.
 *
 * @param calls what workloads may call in other clusters, or perhaps may
 */
export function outsideBetween(
  members: readonly FleetMember[],
  calls: readonly { readonly from: string; readonly to: string }[],
): readonly NotEvaluated[] {
  const callees = new Map<string, string[]>();
  for (const { from, to } of calls) addTo(callees, from, to);
  return members.flatMap((member) =>
    member.model.cluster.waysIn.flatMap((way) => {
      const { to, gateway, hosts } = way.route;
      const called = new Set(way.pods.flatMap(({ ref }) => callees.get(`${member.name}:${ref}`) ?? []));
      const [pod] = way.pods;
      return [...called]
        .filter((one) => one.endsWith(`:${to.namespace}/${to.name}`))
        .map((one) => ({
          from: `${OUTSIDE} by Gateway ${member.name}:${gateway.namespace}/${gateway.name}`,
          to: one,
          because: `it routes ${hosts.length === 0 ? 'requests' : hosts.join(', ')} there, ${member.name}:${pod?.ref} may call it, and what the gateway accepts is not evaluated across clusters`,
        }));
    }),
  );
}
