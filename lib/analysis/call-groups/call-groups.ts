import { addTo } from '../../base/add-to';
import { compareRefs, compareTexts } from '../../base/compare-texts';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { Workload } from '../../model/cluster/workload';
import type { MeshModel } from '../access/mesh-model';
import { dependsOnTrustDomains, unknownTrustDomains } from '../access/unknown-trust-domain';
import type { PolicySet } from '../policy/policy-set';
import { Components } from './components';
import { type CountedCalls, identitiesOf, mayCall, opensToEverybody } from './may-call';

/** A gateway without which a group would fall apart. */
export interface GroupJoint {
  /** The gateway, as `namespace/name`. */
  readonly gateway: string;
  /** The groups that there would be without it. */
  readonly parts: readonly (readonly string[])[];
}

/** Workloads that never call each other, and so can change the authority of their certificates on different days. */
export interface CallGroups {
  /** Which calls were counted. */
  readonly counted: CountedCalls;
  /** Groups of workloads as `namespace/name`, sorted; nobody calls anybody of another group. */
  readonly groups: readonly (readonly string[])[];
  /** Gateways that hold a group together. */
  readonly joints: readonly GroupJoint[];
  /** Workloads whose policies let in callers whom they do not name: with `possible` these are everybody, with `named` they are left out. */
  readonly open: readonly string[];
  /** Workloads without an ALLOW policy: everybody may call them, however calls are counted. */
  readonly unprotected: readonly string[];
  /** Workloads that have no certificate to change, each with the reason. */
  readonly aside: readonly { readonly workload: string; readonly because: string }[];
  /** What is among the manifests and was not looked at; whoever it concerns has to look there too. */
  readonly notEvaluated: readonly string[];
}

/** Which calls join workloads. */
export interface CallGroupsOptions {
  /**
   * `possible`: every call that policies let through. `named`: only calls by callers whom a policy names, for meshes in which ports are
   * open to everybody for the sake of callers without an identity.
   *
   * @default 'possible'
   */
  readonly counted?: CountedCalls;
}

/**
 * Finds groups of workloads that never call each other. Only policies are asked, and every port: whether a connection can be made
 * today depends on the certificates that are about to change. When in doubt two workloads are in one group.
 *
 * @throws InvalidInputError if policies name a trust domain and the manifests do not say what the mesh's is
 */
export function callGroups(model: MeshModel, { counted = 'possible' }: CallGroupsOptions = {}): CallGroups {
  const trustDomains = unknownTrustDomains(model, [{ policies: model.compiledPolicies }]);
  if (trustDomains.length > 0) {
    throw new InvalidInputError({
      where: 'callGroups',
      problem: dependsOnTrustDomains(trustDomains, model.settings.trustDomainUnknown),
      allowed: 'manifests with the mesh configuration among them',
    });
  }
  const { movers, aside, unknown } = sortWorkloads(model);
  const sets = new Map<PolicySet, number[]>();
  for (const [index, workload] of movers.entries())
    if (answersAsMesh(model, workload)) addTo(sets, model.policySetOf(workload), index);
  // Who cannot be evaluated may be called by anybody.
  const anyCaller = movers.flatMap((workload, index) => (unknown.includes(workload) ? [index] : []));
  const called = [...sets].map(([set, indexes]) => ({ set, indexes }));
  const calls = movers.map((workload) => {
    const identities = identitiesOf(model, workload);
    return called.filter(({ set }) => mayCall(set, identities, counted)).map(({ indexes }) => indexes);
  });
  const without = (left?: number) => {
    const components = new Components(movers.length);
    for (const [caller, callees] of calls.entries())
      for (const callee of [...callees.flat(), ...anyCaller])
        if (caller !== left && callee !== left) components.join(caller, callee);
    return components.groups().filter(([first]) => first !== left);
  };
  const names = (groups: readonly (readonly number[])[]) =>
    groups.map((group) => group.map((index) => movers[index]?.ref ?? ''));
  const groups = without();
  const joints = movers.flatMap((workload, index): readonly GroupJoint[] => {
    if (model.proxyOf(workload).kind !== 'gateway') return [];
    const own = new Set(groups.find((group) => group.includes(index)));
    const parts = without(index).filter(([first]) => own.has(first ?? -1));
    return parts.length > 1 ? [{ gateway: workload.ref, parts: names(parts) }] : [];
  });
  const refsOf = (wanted: (set: PolicySet) => boolean) =>
    called.flatMap(({ set, indexes }) => (wanted(set) ? names([indexes]).flat() : [])).sort(compareTexts);
  return {
    counted,
    groups: names(groups),
    joints,
    open: refsOf((set) => set.deniesByDefault && opensToEverybody(set)),
    unprotected: refsOf((set) => !set.deniesByDefault),
    aside,
    notEvaluated: notEvaluated(model, unknown),
  };
}

/** Workloads that have a certificate, those that have none, and those of which it is not known who calls them. */
function sortWorkloads(model: MeshModel): {
  readonly movers: readonly Workload[];
  readonly aside: CallGroups['aside'];
  readonly unknown: readonly Workload[];
} {
  const gateways = model.installedGateways.map(({ workload }) => workload);
  const all = [...new Set([...model.workloads, ...gateways, ...model.cluster.machines])].sort(compareRefs);
  const movers: Workload[] = [];
  const unknown: Workload[] = [];
  const aside: { workload: string; because: string }[] = [];
  for (const workload of all) {
    const proxy = model.proxyOf(workload);
    if (proxy.kind === 'none' || proxy.kind === 'not-running')
      aside.push({ workload: workload.ref, because: proxy.because });
    else movers.push(workload);
    if (proxy.kind === 'ambient' || proxy.kind === 'not-envoy') unknown.push(workload);
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

function notEvaluated(model: MeshModel, unknown: readonly Workload[]): readonly string[] {
  const elsewhere = model.services.filter(({ workloads }) => workloads.length === 0).map(({ ref }) => ref);
  return [
    ...unknown.map(({ ref }) => `${ref}: no proxy of the kind that is evaluated, so it is in one group with everybody`),
    ...elsewhere.map((ref) => `Service ${ref}: no pods of it are among the manifests`),
  ];
}
