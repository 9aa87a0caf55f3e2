import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import type { MeshNamespace } from '../../mesh/mesh-namespace';
import type { FleetCluster } from '../fleet-cluster';
import { chartParts } from './chart-parts';
import type { ClusterPart, DeliveryStep } from './cluster-part';

/** File that has Teleport's resources in it, if its operator keeps them. */
const TELEPORT_FILE = 'mesh-teleport.k8s.yaml';

/** Files with namespaces, tbot and the CSI driver. */
const PLATFORM_FILES: readonly string[] = ['00-namespaces.k8s.yaml', 'mesh.k8s.yaml'];

/** How files of policies end. */
const POLICIES_END = '-policies.k8s.yaml';

/** Files by step as patterns of their names, for engines that select by pattern; what no step has is a workload. */
export const FILE_PATTERNS: Readonly<Record<'teleport' | 'platform' | 'policies', readonly string[]>> = {
  teleport: [TELEPORT_FILE],
  platform: PLATFORM_FILES,
  policies: [`*${POLICIES_END}`],
};

/**
 * What a cluster is given, in order.
 *
 * @param files paths in the cluster's directory
 * @throws InvalidInputError if a namespace's name makes its workloads look like policies, or if the release of Istio is not a whole one
 */
export function partsOf(cluster: FleetCluster, files: Iterable<string>): readonly ClusterPart[] {
  const manifests = [...files].filter((file) => !file.includes('/') && file.endsWith('.k8s.yaml')).sort();
  for (const { node } of cluster.app.node.children.filter(isMeshNamespace)) checkIsWorkloads(cluster, node.id);
  const part = (step: DeliveryStep): readonly ClusterPart[] => {
    const own = manifests.filter((file) => stepOf(file) === step);
    return own.length === 0 ? [] : [{ name: step, step, prune: true, files: own }];
  };
  return [...part('teleport'), ...part('platform'), ...chartParts(cluster), ...part('policies'), ...part('workloads')];
}

function stepOf(file: string): DeliveryStep {
  if (file === TELEPORT_FILE) return 'teleport';
  if (PLATFORM_FILES.includes(file)) return 'platform';
  return file.endsWith(POLICIES_END) ? 'policies' : 'workloads';
}

function checkIsWorkloads(cluster: FleetCluster, id: string): void {
  const file = `${id}.k8s.yaml`;
  if (stepOf(file) === 'workloads') return;
  throw new InvalidInputError({
    where: `MeshFleet: cluster ${JSON.stringify(cluster.name)}`,
    problem: `the workloads of namespace ${JSON.stringify(id)} are in ${file}, which is applied as part of the ${stepOf(file)}, before the policies`,
    value: id,
    allowed: `a namespace whose name does not end in "${POLICIES_END.split('.')[0]}" and is not "mesh-teleport"`,
    fix: 'rename the namespace, or deliver the fleet in another way',
  });
}

/** By a field: to `instanceof` every chart is one (cdk8s-team/cdk8s-core src/chart.ts, Symbol.hasInstance). */
function isMeshNamespace(construct: IConstruct): boolean {
  const field: keyof MeshNamespace = 'denyByDefault';
  return field in construct;
}
