import { cached } from '../../base/cached';
import type { Cluster } from '../../model/cluster/cluster';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import { serverProtocol } from '../../model/gateways/gateway-servers';
import { type CallablePort, servicePorts, workloadPorts } from './destinations';
import type { WorkloadProxy } from './workload-proxy';

/** The ports of each Service and workload, with what Gateways make of those of gateways. */
export class CallablePorts {
  private readonly known = new Map<Service | Workload, readonly CallablePort[]>();

  public constructor(
    private readonly cluster: Cluster,
    private readonly proxyOf: (workload: Workload) => WorkloadProxy,
  ) {}

  /** The ports of a Service, or of a workload as its pods have them. */
  public of(callee: Service | Workload): readonly CallablePort[] {
    return cached(this.known, callee, () =>
      this.asServed(
        'workloads' in callee
          ? servicePorts(callee, this.proxyOf)
          : workloadPorts(callee, this.cluster.servicesOf(callee), this.proxyOf),
      ),
    );
  }

  /** What gateways do with their ports is said by Gateways, whatever the Service calls them; on no other do they listen. */
  private asServed(ports: readonly CallablePort[]): readonly CallablePort[] {
    const served = ports.flatMap((port): readonly CallablePort[] => {
      const [destination] = port.destinations;
      if (destination?.proxy.kind !== 'gateway') return [port];
      const { workload, podPort } = destination;
      const servers = this.cluster.gatewayServers.of(workload);
      const protocol = serverProtocol(servers, [destination.port, podPort]);
      if (protocol !== undefined) return [{ ...port, protocol }];
      return servers.length > 0 && this.cluster.isInstalledGateway(workload) ? [] : [port];
    });
    return served.length > 0 ? served : ports;
  }
}
