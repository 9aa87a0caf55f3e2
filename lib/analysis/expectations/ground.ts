import { callerName, throughGateway } from '../access/caller-name';
import type { Decision } from '../access/decision';
import type { MeshModel } from '../access/mesh-model';
import type { AccessRequest, RequestProblem } from '../access/request';
import { callersIn } from '../fleet/callers-in';
import { type CallsBetween, callsBetween } from '../fleet/calls-between';
import { type FleetMember, whyNotOneMesh } from '../fleet/fleet-member';
import { FleetModel } from '../fleet/fleet-model';
import { presentsIdentity } from '../fleet/remote-caller';
import { callersOf, type MatrixCell } from '../matrix/access-matrix';
import type { ExpectedAnswer } from './expectations';

/** All names of a kind. */
export const ALL = '*';

/** One cluster that expectations are about. */
export class Place {
  public constructor(
    public readonly model: MeshModel,
    /** Prefix of names in the cluster; empty if there is only one cluster. */
    public readonly prefix: string,
    /** The clusters whose workloads come to this one with identities. */
    private readonly neighbours: readonly FleetMember[],
  ) {}

  /** A caller of the matrix as an expectations file names it: only workloads have a cluster. */
  public callerIn({ from, decision }: Pick<MatrixCell, 'from' | 'decision'>): string {
    return decision.request.caller.kind === 'workload' ? this.prefix + from : from;
  }

  /** Its workloads, as callers of workloads in this cluster or another. */
  public callersOf(callee: Place): readonly string[] {
    if (callee === this) return this.model.workloads.map(({ ref }) => this.prefix + ref);
    return this.model.workloads.flatMap((workload) =>
      presentsIdentity(this.model, workload) ? this.prefix + workload.ref : [],
    );
  }

  /** Whether an identity is that of a gateway that an installer creates in this cluster. */
  public isOwnGateway(identity: string): boolean {
    return this.model.installedGateways.some(({ workload }) => {
      const proxy = this.model.proxyOf(workload);
      return 'identity' in proxy && proxy.identity === identity;
    });
  }

  /** Every caller that policies can distinguish. Only expectations that deny include callers of an unknown trust domain. */
  public everybody(expect: ExpectedAnswer): readonly string[] {
    const own = callersOf(this.model).flatMap((caller) => {
      const set = caller.kind === 'identity' ? caller.standsFor : undefined;
      const isUnknown = set?.kind === 'workload-identities' && set.trustDomain === 'another';
      if (expect === 'allow' && isUnknown) return [];
      return (caller.kind === 'workload' ? this.prefix : '') + callerName(caller);
    });
    return [...own, ...this.neighbours.flatMap(namesOfCallers)];
  }

  /** Gateways with routes: a callee that no caller may reach must not be reachable through them either. */
  public get gateways(): readonly string[] {
    const names = this.model.cluster.waysIn.map(({ route }) => `${route.gateway.namespace}/${route.gateway.name}`);
    return [...new Set(names)].map(throughGateway);
  }

  /** Everything that can be called. */
  public get callees(): readonly string[] {
    return this.model.callees.map(({ ref }) => this.prefix + ref);
  }

  /** A name without the cluster. */
  public nameOf(text: string): string {
    return text.startsWith(this.prefix) ? text.slice(this.prefix.length) : text;
  }
}

/** What expectations are compared with: one cluster, or several. */
export interface Ground {
  readonly places: readonly Place[];
  /** Allowed calls between clusters; none if there is only one. */
  readonly between: CallsBetween;
  decide(request: AccessRequest): Decision | RequestProblem;
  /** The cluster of a callee; undefined if it names none, or one that is not there. */
  placeOf(to: string): Place | undefined;
}

/** A common view of one cluster or several. */
export function groundOf(model: MeshModel | FleetModel): Ground {
  const decide = (request: AccessRequest) => model.decide(request);
  if (!(model instanceof FleetModel)) {
    const place = new Place(model, '', []);
    return { places: [place], between: NOTHING, decide, placeOf: () => place };
  }
  const members = model.clusters;
  const [first] = members;
  const only = members.length === 1 && first !== undefined ? new Place(first.model, '', []) : undefined;
  const places = new Map(
    members.map((member) => [
      member.name,
      only ??
        new Place(
          member.model,
          `${member.name}:`,
          members.filter((other) => comesTo(other, member)),
        ),
    ]),
  );
  let between: CallsBetween | undefined;
  return {
    places: [...places.values()],
    get between() {
      between ??= callsBetween(members);
      return between;
    },
    decide,
    placeOf: (to) => {
      const found = model.find(to);
      return 'verdict' in found ? undefined : found.cluster === undefined ? only : places.get(found.cluster.name);
    },
  };
}

const NOTHING: CallsBetween = { calls: [], open: [], outside: [], notListed: [], assumed: [] };

/** Whether callers of a cluster are asked about; where nothing says how far it is, the answer to each of them says so. */
function comesTo(from: FleetMember, to: FleetMember): boolean {
  return from !== to && whyNotOneMesh(from, to) === undefined;
}

function namesOfCallers(member: FleetMember): readonly string[] {
  return callersIn(member.model).flatMap((workload) =>
    presentsIdentity(member.model, workload) ? `${member.name}:${workload.ref}` : [],
  );
}
