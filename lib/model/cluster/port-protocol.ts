import { field, type JsonValue, scalarText, textAt } from '../../base/json';
import { filterChainOf, type PortProtocol } from '../../upstream/istio/port-protocol';

/** Which filter chain a Service port gets. */
export function portProtocol(servicePort: JsonValue): PortProtocol {
  return filterChainOf({
    transport: textAt(servicePort, 'protocol'),
    appProtocol: textAt(servicePort, 'appProtocol'),
    name: textAt(servicePort, 'name') ?? '',
    port: Number(scalarText(field(servicePort, 'port'))),
  });
}
