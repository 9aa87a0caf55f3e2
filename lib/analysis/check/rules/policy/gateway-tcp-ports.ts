import type { Workload } from '../../../../model/cluster/workload';
import type { CheckContext } from '../../context/check-context';

/**
 * The ports on which the pods of a gateway take connections as bytes: servers and listeners of TCP, of databases, and of TLS
 * that is passed on.
 */
export function gatewayTcpPorts(context: CheckContext, pod: Workload): readonly number[] {
  const ports = context.portsOf(pod);
  return (
    context
      .gatewayServersOf(pod)
      .filter(({ protocol }) => protocol === 'tcp')
      // A server names the port of the Service; the pods may listen on another.
      .map((server) => ports.find(({ port }) => port.port === server.port)?.target ?? server.port)
  );
}
