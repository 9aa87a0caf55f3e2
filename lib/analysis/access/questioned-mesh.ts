import type { ChangedLater } from '../../model/cluster/changed-later';
import type { Cluster } from '../../model/cluster/cluster';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { HiddenService } from '../../model/egress/service-visibility';
import type { MeshSettings } from '../../model/installation/mesh-settings';
import type { PathHandling } from '../../upstream/istio/path-handling';
import type { Target } from '../../upstream/releases/target';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { EvaluatedPolicy } from '../policy/evaluated-policy';
import type { PolicySet } from '../policy/policy-set';
import type { Connection } from './connection';
import type { Caller, Destination } from './connector';
import type { CallablePort } from './destinations';
import type { RequestProblem } from './request';
import type { WorkloadProxy } from './workload-proxy';

/** What deciding a request asks of a mesh; a `MeshModel` answers it, so that the two need not know each other. */
export interface QuestionedMesh {
  readonly cluster: Cluster;
  readonly settings: MeshSettings;
  readonly target: Target;
  readonly unread: readonly string[];
  readonly changedLater: ChangedLater;
  readonly manifests: ManifestSet;
  readonly policies: readonly EvaluatedPolicy[];
  proxyOf(workload: Workload): WorkloadProxy;
  findCaller(from: string | SpiffeId): Caller | RequestProblem;
  findCallee(to: string): Service | Workload | RequestProblem;
  portsOf(callee: Service | Workload): readonly CallablePort[];
  policySetOf(workload: Workload): PolicySet;
  pathHandlingOf(workload: Workload): PathHandling;
  throughSubsets(caller: Caller, destination: Destination): readonly Destination[];
  connect(caller: Caller, destination: Destination): Connection;
  hiddenFrom(caller: Caller, destination: Destination): HiddenService | undefined;
  originalClientAt(
    destination: Destination,
    forwarded: string | null | undefined,
    peer: string | undefined,
  ): string | undefined;
}
