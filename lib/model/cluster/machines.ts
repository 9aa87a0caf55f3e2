import { addTo } from '../../base/add-to';
import { field, listAt, objectAt, textAt, textsAt } from '../../base/json';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { selects } from './label-index';
import type { ContainerPort, Workload } from './workload';
import { type WorkloadEntry, workloadEntries } from './workload-entries';

/** The machines outside Kubernetes that objects describe, as workloads: policies select them, and one can ask about them. */
export function machines(manifests: ManifestSet): readonly Workload[] {
  const selecting = new Map<string, Manifest[]>();
  for (const one of manifests.ofKind('ServiceEntry', ISTIO_NETWORKING)) {
    if (Object.keys(selectorOf(one)).length > 0) addTo(selecting, one.namespace ?? 'default', one);
  }
  return workloadEntries(manifests).map((entry): Workload => {
    const { manifest, namespace, labels, serviceAccount = 'default' } = entry;
    return {
      manifest,
      ref: `${namespace}/${manifest.name}`,
      kind: manifest.kind,
      name: manifest.name,
      namespace,
      podPointer: '',
      labels,
      annotations: {},
      serviceAccount,
      podSpec: {},
      containers: [],
      initContainers: [],
      volumes: [],
      ports: portsOf(entry, selecting.get(namespace) ?? []),
    };
  });
}

/**
 * The ports that a machine says itself by name, and those of ServiceEntries that select it: by its own word for the name, else the
 * target port, else the same (istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go).
 */
function portsOf({ manifest, labels }: WorkloadEntry, serviceEntries: readonly Manifest[]): readonly ContainerPort[] {
  const isGroup = manifest.kind === 'WorkloadGroup';
  const own = objectAt(manifest.body, 'spec', ...(isGroup ? ['template', 'ports'] : ['ports']));
  const served = serviceEntries
    .filter((one) => selects(selectorOf(one), labels))
    .flatMap(({ body }) => listAt(body, 'spec', 'ports'))
    .map((port) => {
      const name = textAt(port, 'name') ?? '';
      return [name, own[name] ?? field(port, 'targetPort') ?? field(port, 'number')] as const;
    });
  const ports = [...Object.entries(own), ...served].flatMap(([name, port]) =>
    typeof port === 'number' ? [{ name, port, transport: 'TCP' }] : [],
  );
  return [...new Map(ports.map((port) => [port.port, port])).values()];
}

function selectorOf({ body }: Manifest): Readonly<Record<string, string>> {
  return textsAt(body, 'spec', 'workloadSelector', 'labels');
}
