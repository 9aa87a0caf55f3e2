import { field, listAt, scalarText, textAt } from '../../../../base/json';
import type { Container } from '../../../../model/cluster/workload';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { PROBE_FIELDS } from '../../../../upstream/kubernetes/probes';
import { defineRule } from '../../rule';
import { deployment } from '../examples';

/** Where a probe names its port. */
const HANDLERS = ['httpGet', 'tcpSocket'] as const;

const probed = (port: string) =>
  deployment('catalogue', '', '').replace(
    /^( *)(image: .*)$/m,
    `$1$2\n$1ports: [{name: http, containerPort: 8080}]\n$1readinessProbe: {httpGet: {path: /health, port: ${port}}}`,
  );

/** The names that probes of a container give for a port, where the container has no port of that name. */
function missingPorts({ body, pointer }: Container): readonly { readonly name: string; readonly pointer: string }[] {
  const isNamed = (name: string) => listAt(body, 'ports').some((port) => textAt(port, 'name') === name);
  return PROBE_FIELDS.filter((probe) => body[probe] !== undefined).flatMap((probe) =>
    HANDLERS.flatMap((handler) => {
      const name = scalarText(field(body, probe, handler, 'port'));
      if (name === undefined || /^\d+$/.test(name) || isNamed(name)) return [];
      return [{ name, pointer: `${pointer}/${probe}/${handler}/port` }];
    }),
  );
}

/** Probes that ask for a port by a name. */
export const PROBE_PORT_RULE = defineRule({
  id: 'probe-port-missing',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'Probe of a port that the container does not have',
  found: 'container "{container}" has no port named "{port}"',
  why: 'The kubelet looks for the name among the ports of the same container only, so the probe always fails and the pod never becomes ready.',
  fix: 'write the name of one of the container’s ports, or the number',
  source: 'kubernetes/kubernetes pkg/probe/util.go (ResolveContainerPort)',
  wrong: probed('web'),
  right: probed('http'),
  check({ manifests, workloads }, report) {
    for (const { manifest, containers, initContainers } of workloads) {
      // kustomize may still give the container its ports.
      if (manifests.isUnfinished(manifest)) continue;
      for (const container of [...containers, ...initContainers]) {
        // The injector gives its own container the rest.
        if (container.name === PROXY_CONTAINER) continue;
        for (const { name, pointer } of missingPorts(container)) {
          report(manifest, pointer, { container: container.name, port: name });
        }
      }
    }
  },
});
