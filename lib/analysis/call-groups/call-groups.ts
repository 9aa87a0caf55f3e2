import { cached } from '../../base/cached';
import { compareRefs, compareTexts } from '../../base/compare-texts';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { Workload } from '../../model/cluster/workload';
import { MeshModel } from '../access/mesh-model';
import { dependsOnTrustDomains, unknownTrustDomains } from '../access/unknown-trust-domain';
import { areDifferentMeshes, type FleetMember } from '../fleet/fleet-member';
import type { FleetModel } from '../fleet/fleet-model';
import type { PolicySet } from '../policy/policy-set';
import { Components } from './components';
import { type CountedCalls, identitiesOf, mayCall, opensToEverybody } from './may-call';

/** A gateway without which a group would split. */
export interface GroupJoint {
  /** The gateway, as `namespace/name`. */
  readonly gateway: string;
  /** The groups without it. */
  readonly parts: readonly (readonly string[])[];
}

/** Groups of workloads that never call each other, so their certificate authority can be changed separately. */
export interface CallGroups {
  /** Which calls were counted. */
  readonly counted: CountedCalls;
  /**
   * Groups of workloads as `namespace/name`, or `cluster:namespace/name` of several clusters, sorted; no workload calls
   * a workload of another group.
   */
  readonly groups: readonly (readonly string[])[];
  /** Gateways that hold a group together. */
  readonly joints: readonly GroupJoint[];
  /**
   * Workloads whose policies allow callers without naming them: with `possible` they may be called by all workloads,
   * with `named` these calls are left out.
   */
  readonly open: readonly string[];
  /** Workloads without an ALLOW policy: any caller may call them, however calls are counted. */
  readonly unprotected: readonly string[];
  /** Workloads that have no certificate to change, each with the reason. */
  readonly aside: readonly { readonly workload: string; readonly because: string }[];
  /** What is in the manifests but was not evaluated; check it separately. */
  readonly notEvaluated: readonly string[];
}

/** Which calls put workloads into one group. */
export interface CallGroupsOptions {
  /**
   * `possible`: every call that policies allow. `named`: only calls of callers that a policy names, for meshes in which
   * ports are open to every caller because some have no identity.
   *
   * @default 'possible'
   */
  readonly counted?: CountedCalls;
}

/**
 * Finds groups of workloads that never call each other. Only policies are evaluated, on every port: whether a connection
 * works today depends on the certificates that are about to change. When in doubt, two workloads are in one group.
 *
 * Of several clusters, workloads are called as `cluster:namespace/name`, and those of one mesh call each other whatever lies between the
 * clusters. A cluster that does not say which mesh it is part of counts as part of each.
 *
 * @throws InvalidInputError if policies name a trust domain and the manifests do not say what the mesh's is
 */
export function callGroups(
  model: MeshModel | FleetModel,
  { counted = 'possible' }: CallGroupsOptions = {},
): CallGroups {
  const members = model instanceof MeshModel ? [{ model, member: undefined }] : model.clusters.map(asMember);
  for (const { model: own } of members) requireTrustDomain(own);
  const clusters = members.map((one): Part => ({ ...one, ...sortWorkloads(one.model) }));
  const movers = clusters.flatMap((cluster) => cluster.movers.map((workload) => ({ cluster, workload })));
  const sets = new Map<PolicySet, { readonly set: PolicySet; readonly cluster: Part; readonly indexes: number[] }>();
  for (const [index, { cluster, workload }] of movers.entries()) {
    if (!answersAsMesh(cluster.model, workload)) continue;
    const set = cluster.model.policySetOf(workload);
    const known = sets.get(set);
    if (known === undefined) sets.set(set, { set, cluster, indexes: [index] });
    else known.indexes.push(index);
  }
  const called = [...sets.values()];
  // Who cannot be evaluated may be called by anybody.
  const anyCaller = movers.flatMap(({ cluster, workload }, index) =>
    cluster.unknown.has(workload) ? [{ cluster, index }] : [],
  );
  // Clusters have workloads with the same identities, of which each set of policies is asked once.
  const answers = new Map<string, readonly (typeof called)[number][]>();
  const calls = movers.map(({ cluster, workload }) => {
    const identities = identitiesOf(cluster.model, workload);
    const open = cached(answers, JSON.stringify(identities), () =>
      called.filter(({ set }) => mayCall(set, identities, counted)),
    );
    return [
      ...open.flatMap((one) => (meet(cluster, one.cluster) ? one.indexes : [])),
      ...anyCaller.flatMap((one) => (meet(cluster, one.cluster) ? one.index : [])),
    ];
  });
  const without = (left?: number) => {
    const components = new Components(movers.length);
    for (const [caller, callees] of calls.entries())
      for (const callee of callees) if (caller !== left && callee !== left) components.join(caller, callee);
    return components.groups().filter(([first]) => first !== left);
  };
  const nameOf = ({ cluster, workload }: (typeof movers)[number]) => nameIn(cluster, workload.ref);
  const names = (groups: readonly (readonly number[])[]) =>
    groups.map((group) => group.flatMap((index) => movers[index] ?? []).map(nameOf));
  const groups = without();
  const joints = movers.flatMap((mover, index): readonly GroupJoint[] => {
    if (mover.cluster.model.proxyOf(mover.workload).kind !== 'gateway') return [];
    const own = new Set(groups.find((group) => group.includes(index)));
    const parts = without(index).filter(([first]) => own.has(first ?? -1));
    return parts.length > 1 ? [{ gateway: nameOf(mover), parts: names(parts) }] : [];
  });
  const refsOf = (wanted: (set: PolicySet) => boolean) =>
    called.flatMap(({ set, indexes }) => (wanted(set) ? names([indexes]).flat() : [])).sort(compareTexts);
  return {
    counted,
    groups: names(groups),
    joints,
    open: refsOf((set) => set.deniesByDefault && opensToEverybody(set)),
    unprotected: refsOf((set) => !set.deniesByDefault),
    aside: clusters.flatMap((cluster) =>
      cluster.aside.map((one) => ({ ...one, workload: nameIn(cluster, one.workload) })),
    ),
    notEvaluated: clusters.flatMap((cluster) => notEvaluated(cluster, clusters)),
  };
}

/** One cluster, with its workloads sorted. */
interface Part extends SortedWorkloads {
  readonly model: MeshModel;
  /** The cluster among others; undefined if it is the only one. */
  readonly member: FleetMember | undefined;
}

/** The name of something in a cluster among those of all clusters. */
function nameIn({ member }: Part, ref: string): string {
  return member === undefined ? ref : `${member.name}:${ref}`;
}

/** Whether workloads of one cluster may call those of another one. */
function meet(one: Part, other: Part): boolean {
  if (one.member === undefined || other.member === undefined) return true;
  return one === other || !areDifferentMeshes(one.member, other.member);
}

function requireTrustDomain(model: MeshModel): void {
  const trustDomains = unknownTrustDomains(model, [{ policies: model.compiledPolicies }]);
  if (trustDomains.length === 0) return;
  throw new InvalidInputError({
    where: 'callGroups',
    problem: dependsOnTrustDomains(trustDomains, model.settings.trustDomainUnknown),
    allowed: 'manifests that include the mesh configuration',
  });
}

/** Workloads that have a certificate, those that have none, and those of which it is not known who calls them. */
interface SortedWorkloads {
  readonly movers: readonly Workload[];
  readonly aside: CallGroups['aside'];
  readonly unknown: ReadonlySet<Workload>;
}

function sortWorkloads(model: MeshModel): SortedWorkloads {
  const gateways = model.installedGateways.map(({ workload }) => workload);
  const all = [...new Set([...model.workloads, ...gateways, ...model.cluster.machines])].sort(compareRefs);
  const movers: Workload[] = [];
  const unknown = new Set<Workload>();
  const aside: { workload: string; because: string }[] = [];
  for (const workload of all) {
    const proxy = model.proxyOf(workload);
    if (proxy.kind === 'none' || proxy.kind === 'not-running')
      aside.push({ workload: workload.ref, because: proxy.because });
    else movers.push(workload);
    if (proxy.kind === 'ambient' || proxy.kind === 'not-envoy') unknown.add(workload);
  }
  return { movers, aside, unknown };
}

/**
 * Whether whoever connects needs to trust the workload's certificate of the mesh. Sidecars speak plain text to a gateway, as its pods do not
 * announce mutual TLS, and to everybody else it shows certificates of its own, but for a server that asks for the mesh's.
 */
function answersAsMesh(model: MeshModel, workload: Workload): boolean {
  const proxy = model.proxyOf(workload);
  if (proxy.kind !== 'gateway' || proxy.announcesMtls) return true;
  return model.cluster.gatewayServers.of(workload).some(({ tls }) => tls === 'istio-mutual');
}

function notEvaluated(cluster: Part, clusters: readonly Part[]): readonly string[] {
  const others = clusters.filter((other) => other !== cluster && meet(other, cluster));
  const isElsewhere = (ref: string) => others.some(({ model }) => hasPods(model.findCallee(ref)));
  const withoutPods = cluster.model.services.filter(
    ({ ref, workloads }) => workloads.length === 0 && !isElsewhere(ref),
  );
  return [
    ...[...cluster.unknown].map(
      ({ ref }) =>
        `${nameIn(cluster, ref)}: its kind of proxy is not evaluated, so it is in one group with all other workloads`,
    ),
    ...withoutPods.map(({ ref }) => `Service ${nameIn(cluster, ref)}: its pods are not in the manifests`),
  ];
}

function hasPods(callee: ReturnType<MeshModel['findCallee']>): boolean {
  return 'workloads' in callee && callee.workloads.length > 0;
}

function asMember(member: FleetMember): Pick<Part, 'model' | 'member'> {
  return { model: member.model, member };
}
