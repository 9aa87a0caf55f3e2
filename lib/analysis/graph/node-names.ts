import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { MeshModel } from '../access/mesh-model';

/** Names workloads by the Service that leads to them, so that each appears once. */
export class NodeNames {
  private readonly nodeOfWorkload = new Map<string, string>();

  public constructor(model: MeshModel) {
    for (const { ref, workloads } of model.services) {
      for (const workload of workloads) {
        // The Service of the workload's own name, or else the first.
        if (ref === workload.ref || !this.nodeOfWorkload.has(workload.ref)) this.nodeOfWorkload.set(workload.ref, ref);
      }
    }
  }

  /** The node of a Service or workload. */
  public of(thing: Service | Workload): string {
    return 'workloads' in thing ? thing.ref : this.ofCaller(thing.ref);
  }

  /** The node of a caller of the matrix. */
  public ofCaller(from: string): string {
    return this.nodeOfWorkload.get(from) ?? from;
  }
}
