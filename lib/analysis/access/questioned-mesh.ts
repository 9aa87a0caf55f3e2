import type { WayIn } from '../../model/cluster/cluster';
import type { MeshSettings } from '../../model/cluster/mesh-settings';
import type { Service } from '../../model/cluster/service';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { MeshOutbound } from '../../model/egress/mesh-outbound';
import type { GatewayServer } from '../../model/gateways/gateway-servers';
import type { PathHandling } from '../../upstream/istio/path-handling';
import type { Target } from '../../upstream/releases/target';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { PolicySet } from '../policy/policy-set';
import type { Connection } from './connection';
import type { Caller, Destination } from './connector';
import type { CallablePort } from './destinations';
import type { RequestProblem } from './request';
import type { WorkloadProxy } from './workload-proxy';

/** What deciding a request asks of a mesh; a `MeshModel` answers it, so that the two need not know each other. */
export interface QuestionedMesh {
  readonly settings: MeshSettings;
  readonly target: Target;
  readonly unread: readonly string[];
  readonly manifests: ManifestSet;
  readonly policies: readonly CompiledPolicy[];
  readonly outbound: MeshOutbound;
  proxyOf(workload: Workload): WorkloadProxy;
  gatewayServersOf(workload: Workload): readonly GatewayServer[];
  serviceOfGateway(workload: Workload): Service | undefined;
  namespaceLabels(name: string): Readonly<Record<string, string>> | undefined;
  findCaller(from: string | SpiffeId): Caller | RequestProblem;
  findCallee(to: string): Service | Workload | RequestProblem;
  portsOf(callee: Service | Workload): readonly CallablePort[];
  policySetOf(workload: Workload): PolicySet;
  tokenPoliciesOf(workload: Workload): readonly Manifest[];
  pathHandlingOf(workload: Workload): PathHandling;
  readonly gatewayRoutes: readonly WayIn[];
  waysInTo(workload: Workload): readonly WayIn[];
  connect(caller: Caller, destination: Destination): Connection;
  originalClientAt(
    destination: Destination,
    forwarded: string | null | undefined,
    peer: string | undefined,
  ): string | undefined;
}
