import type { Workload } from '../../model/cluster/workload';
import type { ServerMtlsMode } from '../../model/policy/peer-authentication';
import type { Destination } from '../access/connector';
import { factsOf } from '../access/decide';
import type { CallablePort } from '../access/destinations';
import type { MeshModel } from '../access/mesh-model';
import type { FilterChain } from '../policy/evaluated-policy';
import type { Facts } from '../policy/facts';
import { verifyToken } from '../policy/request-authentication';

/** A port of a workload, and a filter chain that it may have. */
export interface GuardedPort {
  readonly destination: Destination;
  readonly chain: FilterChain;
  /** The mode in which it also accepts connections without an identity; undefined if it does not, or if no sidecar handles it. */
  readonly openBy: Exclude<ServerMtlsMode, 'STRICT'> | undefined;
  /** What is known about the token of a request that states none. */
  readonly claims: Facts['claims'];
}

/** Finds the guarded ports of workloads, once for all policies that apply to them. */
export class GuardedPorts {
  private readonly known = new Map<Workload, readonly GuardedPort[]>();

  public constructor(private readonly model: MeshModel) {}

  /** The ports of a workload. */
  public of(workload: Workload): readonly GuardedPort[] {
    let ports = this.known.get(workload);
    if (!ports) {
      ports = this.model.portsOf(workload).flatMap((port) => this.portsOf(port));
      this.known.set(workload, ports);
    }
    return ports;
  }

  private portsOf({ protocol, destinations }: CallablePort): readonly GuardedPort[] {
    const chains: readonly FilterChain[] =
      protocol === 'http' ? ['http'] : protocol === 'tcp' ? ['tcp'] : ['http', 'tcp'];
    return destinations.flatMap((destination) =>
      chains.map((chain) => ({
        destination,
        chain,
        openBy: this.openBy(destination),
        claims: this.claimsAt(destination, chain),
      })),
    );
  }

  private openBy({ workload, podPort, proxy }: Destination): GuardedPort['openBy'] {
    if (proxy.kind !== 'sidecar') return undefined;
    const { mode } = this.model.cluster.peerAuthentications.modeOf(workload, podPort);
    return mode === 'STRICT' ? undefined : mode;
  }

  private claimsAt({ workload }: Destination, chain: FilterChain): Facts['claims'] {
    const token =
      chain === 'http'
        ? verifyToken(this.model.cluster.requestAuthentications.policiesOf(workload), undefined, this.model.target)
        : undefined;
    return token?.accepted ? token.claims : null;
  }
}

/** What the proxy knows about a request of which only the caller is stated. */
export function factsAt({ destination, claims }: GuardedPort, identity: Facts['identity']): Facts {
  const hasServerName = identity !== null || destination.proxy.kind === 'gateway';
  return factsOf({}, destination, { identity, claims, path: undefined, hasServerName });
}
