import type { Decision } from './decision';
import type { MeshModel } from './mesh-model';
import type { AccessRequest, RequestProblem } from './request';

/** Whether a request gets through in a mesh, and why; or why the question cannot be answered. */
export function decide(mesh: MeshModel, request: AccessRequest): Decision | RequestProblem {
  return mesh.decide(request);
}
