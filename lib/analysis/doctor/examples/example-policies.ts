import type { JsonObject } from '../../../base/json';
import { ISTIO_SECURITY_V1 } from '../../../upstream/kubernetes/api-groups';
import { EXAMPLE_TRUST_DOMAIN } from './example-config-maps';
import { object } from './object';

/** A policy of the example. */
export function examplePolicy(name: string, spec: JsonObject): JsonObject {
  return object(ISTIO_SECURITY_V1, 'AuthorizationPolicy', name, { spec }, 'shop');
}

/** The policies of the example: closed, nobody is to call `web`, and `web` may call `api`. */
export const EXAMPLE_POLICIES = {
  deny: examplePolicy('deny-by-default', {}),
  web: examplePolicy('web', { selector: { matchLabels: { app: 'web' } } }),
  api: examplePolicy('api', {
    selector: { matchLabels: { app: 'api' } },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals: [`${EXAMPLE_TRUST_DOMAIN}/ns/shop/sa/web`] } }] }],
  }),
} as const;
