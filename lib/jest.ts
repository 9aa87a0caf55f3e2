/**
 * `import 'cdk8s-teleport-istio/jest'` in a test or in Jest's `setupFilesAfterEnv` adds the matchers:
 * `expect(mesh).toAllow({ from, to, method, path })` and `.toDeny(…)`; of a fleet, names begin with the cluster.
 *
 * Where `expect` is imported from `@jest/globals` or Vitest, call its `expect.extend(accessMatchers)`.
 */
import { type AccessMatchers, accessMatchers } from './analysis/expectations/access-matchers';

export type { ManifestSource, SynthesizedApp } from './analysis/access/manifest-source';
export { MeshModel, type MeshModelOptions } from './analysis/access/mesh-model';
export { type AccessRequest, OUTSIDE } from './analysis/access/request';
export {
  type AccessMatcherResult,
  type AccessMatchers,
  accessMatchers,
  type MeshUnderTest,
} from './analysis/expectations/access-matchers';

export { FleetModel } from './analysis/fleet/fleet-model';

declare global {
  namespace jest {
    // The second parameter is Jest's: without it the two declarations would not merge.
    interface Matchers<R, T> extends AccessMatchers<R> {}
  }
}

const testing = globalThis as { readonly expect?: { extend(matchers: typeof accessMatchers): void } };
testing.expect?.extend(accessMatchers);
