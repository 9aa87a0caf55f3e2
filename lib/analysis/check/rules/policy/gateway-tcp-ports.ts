import { field, listAt, scalarText, textAt, textsAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import type { Workload } from '../../../../model/cluster/workload';
import type { CheckContext } from '../../context/check-context';

/** Protocols of a gateway's server for which the proxy reads HTTP; TLS it passes on is bytes whatever the protocol is called. */
const HTTP_PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'HTTP2', 'GRPC', 'GRPC-WEB']);
const PASSES_ON = /^(?:AUTO_)?PASSTHROUGH$/;

/** The ports on which the pods of a gateway take connections as bytes: servers of TCP, of databases, and of TLS that is passed on. */
export function gatewayTcpPorts(context: CheckContext, pod: Workload): readonly number[] {
  const ports = context.portsOf(pod);
  return context.manifests.ofKind('Gateway', 'networking.istio.io').flatMap(({ body }) => {
    if (!selects(textsAt(body, 'spec', 'selector'), pod.labels)) return [];
    return listAt(body, 'spec', 'servers').flatMap((server) => {
      const protocol = (textAt(server, 'port', 'protocol') ?? '').toUpperCase();
      const isBytes = !HTTP_PROTOCOLS.has(protocol) || PASSES_ON.test(textAt(server, 'tls', 'mode') ?? '');
      const number = Number(scalarText(field(server, 'port', 'number')));
      if (!isBytes || !Number.isInteger(number)) return [];
      // A server names the port of the Service; the pods may listen on another.
      return ports.find(({ port }) => port.port === number)?.target ?? number;
    });
  });
}
