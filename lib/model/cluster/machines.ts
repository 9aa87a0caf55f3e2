import { objectAt } from '../../base/json';
import type { ManifestSet } from '../documents/manifest-set';
import type { Workload } from './workload';
import { workloadEntries } from './workload-entries';

/** The machines outside Kubernetes that objects describe, as workloads: policies select them, and one can ask about them. */
export function machines(manifests: ManifestSet): readonly Workload[] {
  return workloadEntries(manifests).map(({ manifest, namespace, labels, serviceAccount = 'default' }): Workload => {
    const isGroup = manifest.kind === 'WorkloadGroup';
    const ports = Object.entries(objectAt(manifest.body, 'spec', ...(isGroup ? ['template', 'ports'] : ['ports'])));
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
      ports: ports.flatMap(([name, port]) => (typeof port === 'number' ? [{ name, port, transport: 'TCP' }] : [])),
    };
  });
}
