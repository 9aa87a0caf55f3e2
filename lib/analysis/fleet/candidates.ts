import { addTo } from '../../base/add-to';
import type { Workload } from '../../model/cluster/workload';
import { podOfIdentity } from '../../upstream/spiffe/identity-uri';
import type { MeshModel } from '../access/mesh-model';
import { accessRow } from '../matrix/access-matrix';
import { callersToldApart, type IdentityCaller } from '../matrix/told-apart';
import { callersIn } from './callers-in';
import type { FleetMember } from './fleet-member';
import { presentsIdentity, remoteCaller } from './remote-caller';

/** A workload that may come to other clusters, with the identity it comes with. */
export interface Candidate {
  readonly workload: Workload;
  readonly identity: string;
}

/** Every workload of a fleet with an identity, found by what policies name. */
export class Candidates {
  private readonly all = new Map<FleetMember, Candidate[]>();
  private readonly byIdentity = new Map<string, [FleetMember, Candidate][]>();
  private readonly byNamespace = new Map<string, [FleetMember, Candidate][]>();

  /** Those with a certificate that other clusters may trust or not. */
  private readonly open = new Map<FleetMember, Workload[]>();

  public constructor(members: readonly FleetMember[]) {
    for (const member of members) {
      for (const workload of callersIn(member.model)) {
        const caller = remoteCaller(member, workload);
        // Whoever has no identity comes to no other cluster, and is said so where somebody asks about it.
        if ('unknown' in caller) {
          if (presentsIdentity(member.model, workload)) addTo(this.open, member, workload);
          continue;
        }
        const candidate = { workload, identity: caller.identity };
        addTo(this.all, member, candidate);
        addTo(this.byIdentity, caller.identity, [member, candidate]);
        addTo(this.byNamespace, podOfIdentity(caller.identity)?.namespace ?? '', [member, candidate]);
      }
    }
  }

  /** Why some workloads of a cluster are not listed, and which; undefined if all are evaluated. */
  public whyNotAll(
    member: FleetMember,
  ): { readonly because: string; readonly callers: ReadonlySet<string> } | undefined {
    const [first, ...others] = this.open.get(member) ?? [];
    if (first === undefined) return undefined;
    const which = others.length === 0 ? first.ref : `${first.ref} and ${others.length} more`;
    const callers = new Set([first, ...others].map(({ ref }) => `${member.name}:${ref}`));
    const because = `the manifests do not state that ${which} of ${member.name} get their certificates from the Workload API, so it is unknown whether another cluster trusts them`;
    return { because, callers };
  }

  /**
   * Those whom the policies of a cluster may let in, by their clusters: whoever is named, and whoever is of a set that gets in.
   * So the work grows with what policies say, and not with the pairs of clusters.
   *
   * @param fromOtherNetworks whether all of them are on other networks, from which nothing but mutual TLS gets in
   */
  public of({ model }: FleetMember, fromOtherNetworks: boolean): ReadonlyMap<FleetMember, readonly Candidate[]> {
    const open = openTo(model, fromOtherNetworks);
    if (open === 'everybody') return this.all;
    const { identities, namespaces } = open;
    const found = new Map<FleetMember, Set<Candidate>>();
    const put = ([member, candidate]: readonly [FleetMember, Candidate]) =>
      found.set(member, (found.get(member) ?? new Set()).add(candidate));
    for (const identity of identities) this.byIdentity.get(identity)?.forEach(put);
    for (const namespace of namespaces) this.byNamespace.get(namespace)?.forEach(put);
    return new Map(
      [...found].map(([member, some]) => [member, (this.all.get(member) ?? []).filter((one) => some.has(one))]),
    );
  }
}

/** Whom policies let in: everybody, or whoever has one of these identities or is of one of these namespaces. */
type Open = 'everybody' | { readonly identities: readonly string[]; readonly namespaces: readonly string[] };

function openTo(model: MeshModel, fromOtherNetworks: boolean): Open {
  const apart = callersToldApart(model);
  const sets = apart
    .filter(({ standsFor }) => standsFor !== undefined)
    .filter((set) => isLetIn(model, set, fromOtherNetworks));
  const namespaces = sets.flatMap(namespaceOf);
  // The others are patterns and trust domains, of which many may be.
  if (namespaces.length < sets.length) return 'everybody';
  return {
    identities: apart.flatMap(({ identity, standsFor }) => (standsFor === undefined ? identity : [])),
    namespaces,
  };
}

function isLetIn(model: MeshModel, caller: IdentityCaller, fromOtherNetworks: boolean): boolean {
  return accessRow(model, caller).some(
    ({ access, transport }) => access !== 'denied' && !(fromOtherNetworks && transport === 'plain-text'),
  );
}

function namespaceOf({ standsFor }: IdentityCaller): readonly string[] {
  if (standsFor?.kind !== 'workload-identities') return [];
  const { namespace } = standsFor;
  return namespace === undefined || namespace === '' || namespace.includes('*') ? [] : [namespace];
}
