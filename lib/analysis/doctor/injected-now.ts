import { listAt, textAt } from '../../base/json';
import { isSocketSource } from '../../model/cluster/injection-template';
import type { Workload } from '../../model/cluster/workload';
import { targetOf } from '../../model/installation/target-of-manifests';
import { isInjectorConfigMap } from './injector-config-map';
import type { LiveMesh } from './live-mesh';

/** What a pod of a workload would get if it were made now; each undefined where the objects do not say. */
export interface InjectedNow {
  /** Name of the CSI driver, or path of the node, that the socket comes from. */
  readonly socketSource: string | undefined;
  readonly socketFile: string | undefined;
  readonly trustDomain: string | undefined;
}

/** What the injector gives by now. */
export interface Injector {
  /** When its configuration or the mesh's changed last, in milliseconds; undefined if that is not known. */
  readonly changed: number | undefined;
  /** What pods of a workload get; undefined if nothing can be said of it. */
  of(workload: string): InjectedNow | undefined;
}

/** The injector of a mesh. With several revisions it is not known whose pods are whose, and nothing is said. */
export function injectedNow(mesh: LiveMesh): Injector {
  const { cluster, manifests } = mesh;
  const workloads = new Map(cluster.workloads.map((workload) => [workload.ref, workload]));
  const isOne = manifests.ofKind('InjectorConfig').length === 1;
  const target = targetOf(manifests);
  return {
    changed: changedAt(mesh),
    of(ref) {
      const workload = workloads.get(ref);
      if (workload === undefined || !isOne) return undefined;
      const injection = cluster.injectionOf(workload, target);
      if (injection.kind !== 'injected' || injection.templates === undefined) return undefined;
      return {
        socketSource: sourceOf(mesh, workload, injection.templates),
        socketFile: cluster.socketFiles.of(workload)?.name,
        trustDomain: mesh.trustDomain,
      };
    },
  };
}

function sourceOf({ cluster }: LiveMesh, workload: Workload, templates: readonly string[]): string | undefined {
  const volumes = [
    ...workload.volumes,
    ...templates.flatMap((name) => cluster.injector.byName.get(name)?.volumes ?? []),
  ];
  const body = volumes.filter(isSocketSource).at(-1)?.body;
  return textAt(body, 'csi', 'driver') ?? textAt(body, 'hostPath', 'path');
}

function changedAt(mesh: LiveMesh): number | undefined {
  const times = mesh
    .objects('configmaps')
    .filter((map) => isInjectorConfigMap(textAt(map, 'metadata', 'name') ?? ''))
    .flatMap((map) => listAt(map, 'metadata', 'managedFields').map((entry) => Date.parse(textAt(entry, 'time') ?? '')))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : Math.max(...times);
}
