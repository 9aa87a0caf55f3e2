import type { Workload } from '../../model/cluster/workload';
import type { MeshModel } from '../access/mesh-model';

/** Everything in a cluster that may call another one: its workloads, and the gateways that an installer creates. */
export function callersIn({ workloads, installedGateways }: MeshModel): readonly Workload[] {
  return [...workloads, ...installedGateways.map(({ workload }) => workload)];
}
