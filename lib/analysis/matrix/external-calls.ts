import { compareTexts } from '../../base/compare-texts';
import { serviceEntries } from '../../model/egress/service-entries';
import { callerName } from '../access/caller-name';
import type { Caller } from '../access/connector';
import type { MeshModel } from '../access/mesh-model';
import { decideEgress } from '../egress/egress';
import type { EgressOutcome } from '../egress/explain-egress';

/** The name for all hosts that no ServiceEntry names. */
export const ANY_OTHER_HOST = 'any other host';

/** A host that nobody can have (RFC 2606), to ask what becomes of those that nothing names. */
const UNNAMED_HOST = 'unnamed.invalid';

/** A workload and a host outside the mesh. AuthorizationPolicies do not decide here: they apply to inbound traffic. */
export interface ExternalCall {
  /** The workload, as `namespace/name`. */
  readonly from: string;
  /** A host of a ServiceEntry, as it is written, or `any other host`. */
  readonly host: string;
  /** A port that a ServiceEntry lists for it; undefined for any port. */
  readonly port: number | undefined;
  /** Whether the caller’s proxy forwards the request, as for a single question. */
  readonly reach: EgressOutcome['reach'];
  /** What decides that, as a clause. */
  readonly because: string;
}

/**
 * The outcome of requests of each workload to each host outside the mesh that the manifests name, and to any other host;
 * empty if the manifests do not configure egress: Istio's default allows every host.
 */
export function externalCalls(
  model: MeshModel,
  destinations: readonly ExternalHost[] = externalHosts(model),
): readonly ExternalCall[] {
  return model.workloads.flatMap((workload) => {
    const caller: Caller = { kind: 'workload', workload, proxy: model.proxyOf(workload) };
    const from = callerName(caller);
    return destinations.map(({ host, port }) => {
      const asked = host === ANY_OTHER_HOST ? UNNAMED_HOST : host.toLowerCase();
      const { reach, because } = decideEgress(model, caller, { host: asked, port });
      return { from, host, port, reach, because };
    });
  });
}

/** A host outside the mesh with a port. */
export type ExternalHost = Pick<ExternalCall, 'host' | 'port'>;

/** The hosts with their ports, sorted; hosts with endpoints in the mesh are left out. */
export function externalHosts(model: MeshModel): readonly ExternalHost[] {
  // Not in the parameter list: declarations repeat it, and they do not have the internal field.
  const { manifests, cluster } = model;
  const entries = serviceEntries(manifests).filter(({ isInternal }) => !isInternal);
  const named = new Map<string, ExternalHost>();
  for (const { hosts, ports } of entries) {
    for (const host of hosts) {
      for (const port of ports.length > 0 ? ports : [undefined]) named.set(`${host}:${port ?? ''}`, { host, port });
    }
  }
  const sorted = [...named.values()].sort((a, b) => compareTexts(a.host, b.host) || (a.port ?? 0) - (b.port ?? 0));
  const isOpenByDefault = cluster.outbound.mode === undefined || cluster.outbound.isDefault;
  if (sorted.length === 0 && isOpenByDefault) return [];
  return sorted.some(({ host }) => host === '*') ? sorted : [...sorted, { host: ANY_OTHER_HOST, port: undefined }];
}
