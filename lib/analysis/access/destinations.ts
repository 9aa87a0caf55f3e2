import { type Service, type ServicePort, targetPort } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { PortProtocol } from '../../upstream/istio/port-protocol';
import type { Destination } from './connector';
import type { NamedPort } from './named-port';
import type { RequestProblem } from './request';
import type { WorkloadProxy } from './workload-proxy';

/** A port that can be called: of a Service, or of pods that no Service leads to. */
export interface CallablePort extends NamedPort {
  /** The filter chain that handles it. */
  readonly protocol: PortProtocol;
  /** The pods behind it; more than one if a Service selects several workloads. */
  readonly destinations: readonly Destination[];
}

/** The ports of a Service that lead somewhere. */
export function servicePorts(
  service: Service,
  proxyOf: (workload: Workload) => WorkloadProxy,
): readonly CallablePort[] {
  return service.ports.filter(isProxied).map((port) => ({
    name: port.name,
    port: port.port,
    protocol: port.protocol,
    destinations: service.workloads.flatMap((workload) => destination(service, port, workload, proxyOf)),
  }));
}

/**
 * The ports of a workload: each through the Service that leads to it, or by itself.
 *
 * @param services the Services that lead to the workload
 */
export function workloadPorts(
  workload: Workload,
  services: readonly Service[],
  proxyOf: (workload: Workload) => WorkloadProxy,
): readonly CallablePort[] {
  const declared = workload.ports.filter(({ transport }) => transport === 'TCP');
  const exposed = services.flatMap((service) =>
    service.ports.filter(isProxied).map((port) => ({ service, port, podPort: targetPort(port, workload) })),
  );
  const numbers = new Set([...declared.map(({ port }) => port), ...exposed.map(({ podPort }) => podPort)]);
  return [...numbers]
    .filter((podPort) => podPort !== undefined)
    .sort((a, b) => a - b)
    .map((podPort) => {
      const { service, port } = exposed.find((candidate) => candidate.podPort === podPort) ?? {};
      const own = declared.find((candidate) => candidate.port === podPort);
      return {
        name: own?.name ?? port?.name ?? '',
        port: podPort,
        // A port no Service exposes goes through a pass-through chain that guesses.
        protocol: port?.protocol ?? 'detect',
        destinations: [{ workload, proxy: proxyOf(workload), podPort, service, port: port?.port ?? podPort }],
      };
    });
}

/** The port a request means; with no port given, the only one, or the only HTTP one if the request is about HTTP. */
export function choosePort(
  to: string,
  ports: readonly CallablePort[],
  wanted: number | string | undefined,
  isHttp: boolean,
): CallablePort | RequestProblem {
  const fitting =
    wanted === undefined
      ? ports
      : ports.filter(({ port, name }) => String(port) === String(wanted) || (name !== '' && name === wanted));
  const http = isHttp && fitting.length > 1 ? fitting.filter(({ protocol }) => protocol !== 'tcp') : fitting;
  const candidates = http.length > 0 ? http : fitting;
  if (candidates[0] && candidates.length === 1) return candidates[0];
  return {
    verdict: 'unanswerable',
    kind: candidates.length === 0 ? 'unknown-port' : 'port-needed',
    to,
    port: wanted === undefined ? '' : String(wanted),
    ports: ports.map(({ port, name }) => ({ port, name })),
  };
}

/** Whether a proxy handles the port; it leaves everything but TCP alone. */
function isProxied({ protocol }: ServicePort): boolean {
  return protocol !== 'udp';
}

function destination(
  service: Service,
  port: ServicePort,
  workload: Workload,
  proxyOf: (workload: Workload) => WorkloadProxy,
): readonly Destination[] {
  const podPort = targetPort(port, workload);
  return podPort === undefined ? [] : [{ workload, proxy: proxyOf(workload), podPort, service, port: port.port }];
}
