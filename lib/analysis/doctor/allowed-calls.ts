import type { Workload } from '../../model/cluster/workload';
import { decidePort } from '../access/decide';
import { MeshModel } from '../access/mesh-model';
import { dependsOnTrustDomains, unknownTrustDomains } from '../access/unknown-trust-domain';
import type { LiveMesh, SampledProxy } from './live-mesh';

/** A call that the policies of the cluster allow, and the identities that its ends are to have. */
export interface AllowedCall {
  readonly from: SampledProxy;
  readonly to: SampledProxy;
  /** SPIFFE IDs; undefined if the objects do not state them. */
  readonly callerIdentity: string | undefined;
  readonly calleeIdentity: string | undefined;
}

/** The answers of `access` for the sampled proxies of a cluster. */
export interface AllowedCalls {
  /** Why there is no answer, as a clause; undefined if there is one. */
  readonly problem: string | undefined;
  /** Calls by mutual TLS between two of them that are allowed, of those one is to be among the ends of: within its namespace, or with others. */
  with(end: SampledProxy, where: 'namespace' | 'others'): Iterable<AllowedCall>;
}

/** Asks the evaluator about a proxy of each workload, over the policies that are in the cluster. */
export function allowedCalls(mesh: LiveMesh, proxies: readonly SampledProxy[]): AllowedCalls {
  const model = MeshModel.from(mesh.manifests, { target: mesh.target });
  const workloads = new Map(model.workloads.map((workload) => [workload.ref, workload]));
  const sampled = new Map<Workload, SampledProxy>();
  for (const proxy of proxies) {
    const workload = workloads.get(proxy.pod.workload);
    if (workload !== undefined) sampled.set(workload, proxy);
  }
  const trustDomains = unknownTrustDomains(model, [{ policies: model.compiledPolicies }]);
  return {
    problem:
      trustDomains.length === 0 ? undefined : dependsOnTrustDomains(trustDomains, model.settings.trustDomainUnknown),
    *with(end, where) {
      const own = workloads.get(end.pod.workload);
      if (own === undefined) return;
      for (const [workload, other] of sampled) {
        if (other === end || (other.pod.namespace === end.pod.namespace) !== (where === 'namespace')) continue;
        yield* callOf(model, [own, end], [workload, other]);
        yield* callOf(model, [workload, other], [own, end]);
      }
    },
  };
}

type End = readonly [workload: Workload, proxy: SampledProxy];

/** The first port by which one may call the other, as all ports of a pod have the same certificate. */
function callOf(model: MeshModel, [caller, from]: End, [callee, to]: End): readonly AllowedCall[] {
  for (const port of model.portsOf(callee)) {
    const decision = decidePort(model, { kind: 'workload', workload: caller, proxy: model.proxyOf(caller) }, port, {});
    const { connection } = decision;
    if (decision.verdict === 'denied' || connection?.clientSpeaks !== 'mutual-tls') continue;
    return [
      {
        from,
        to,
        callerIdentity: connection.callerIdentity ?? undefined,
        calleeIdentity: connection.calleeIdentity ?? undefined,
      },
    ];
  }
  return [];
}
