import type { JsonObject } from '../../../base/json';

/** An object of the Kubernetes API. */
export const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
  namespace?: string,
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  ...rest,
});
