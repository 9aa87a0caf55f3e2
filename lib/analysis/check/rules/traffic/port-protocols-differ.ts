import type { WorkloadPort } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const second = (port: string) => service('catalogue-tls', port).replace('app: catalogue-tls', 'app: catalogue');

/** One port of pods that Services call by different protocols. */
export const PORT_PROTOCOLS_DIFFER_RULE = defineRule({
  id: 'port-protocols-differ',
  subject: 'Ports and protocols',
  since: '0.1.0',
  severity: 'warning',
  title: 'Services disagree on the protocol of a port',
  found: 'port {target} of {workload} is {one} in Service {service} and {another} in Service {other}',
  why: "The pods' proxy uses the protocol of the oldest Service, which decides whether rules with HTTP fields apply or are dropped, for clients of the other Service too.",
  fix: 'give both ports the same protocol, or the pods two ports',
  source: 'istio/istio pilot/pkg/networking/core/listener_inbound.go; istio.io analysis message IST0116',
  wrong: stream(
    NAMESPACE,
    deployment('catalogue', '', ''),
    service('catalogue', '{name: http, port: 80, targetPort: 8080}'),
    second('{name: https, port: 443, targetPort: 8080}'),
  ),
  right: stream(
    NAMESPACE,
    deployment('catalogue', '', ''),
    service('catalogue', '{name: http, port: 80, targetPort: 8080}'),
    second('{name: http-tls, port: 443, targetPort: 8080}'),
  ),
  check(context, report) {
    for (const workload of context.workloads) {
      const ports = context.portsOf(workload);
      if (ports.length < 2 || context.proxyOf(workload).kind !== 'sidecar') continue;
      const first = new Map<number, WorkloadPort>();
      for (const one of ports) {
        const { target, port, service } = one;
        if (target === undefined || port.transport !== 'TCP' || port.protocol === 'detect') continue;
        const known = first.get(target);
        if (known === undefined) first.set(target, one);
        else if (known.port.protocol !== port.protocol && known.service !== service) {
          report(service.manifest, port.pointer, {
            target,
            workload: workload.name,
            one: port.protocol,
            service: service.name,
            another: known.port.protocol,
            other: known.service.name,
          });
        }
      }
    }
  },
});
