import { explain } from '../access/explain';
import type { ManifestSource } from '../access/manifest-source';
import { MeshModel } from '../access/mesh-model';
import { type AccessRequest, describeRequestProblem } from '../access/request';
import { FleetModel, modelFrom } from '../fleet/fleet-model';
import { describeRequest } from './check-expectations';

/** What the matchers are called on: a model of one cluster or several, or manifests it is made from. */
export type MeshUnderTest = MeshModel | FleetModel | ManifestSource;

/** What a matcher returns to Jest, or to Vitest, which accepts the same. */
export interface AccessMatcherResult {
  /** Whether the mesh answers as expected. */
  readonly pass: boolean;
  /** The message of a failure: the answer and everything that it depends on. */
  readonly message: () => string;
}

/** The matchers as they are called in a test. */
export interface AccessMatchers<R = unknown> {
  /** The request is allowed for any value of what it leaves open. */
  toAllow(request: AccessRequest): R;
  /** The request is denied for any value of what it leaves open. */
  toDeny(request: AccessRequest): R;
}

/** For `expect.extend`: `toAllow` and `toDeny`, whose failures show the deciding rule and everything that it depends on. */
export const accessMatchers = {
  toAllow: (mesh: MeshUnderTest, request: AccessRequest) => match(mesh, request, 'allowed'),
  toDeny: (mesh: MeshUnderTest, request: AccessRequest) => match(mesh, request, 'denied'),
};

/** Manifests are the same object throughout a test file, so each is read once. */
const models = new WeakMap<object, MeshModel | FleetModel>();

function match(mesh: MeshUnderTest, request: AccessRequest, wanted: 'allowed' | 'denied'): AccessMatcherResult {
  const answer = modelOf(mesh).decide(request);
  if (answer.verdict === 'unanswerable') {
    // Neither the matcher nor its negation may pass on a question that makes no sense.
    throw new Error(`${describeRequest(request)}: ${describeRequestProblem(answer)}`);
  }
  const pass = answer.verdict === wanted;
  const message = () =>
    [`expected ${describeRequest(request)} ${pass ? 'not ' : ''}to be ${wanted}`, '', ...explain(answer)].join('\n');
  return { pass, message };
}

function modelOf(mesh: MeshUnderTest): MeshModel | FleetModel {
  if (mesh instanceof MeshModel || mesh instanceof FleetModel) return mesh;
  // A directory may be written between two questions; an app is asked once it is complete.
  if (typeof mesh === 'string') return modelFrom(mesh);
  const known = models.get(mesh) ?? modelFrom(mesh);
  models.set(mesh, known);
  return known;
}
