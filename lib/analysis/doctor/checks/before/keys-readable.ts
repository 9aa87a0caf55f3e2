import { listAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Whether the join token can be made. */
export const KEYS_READABLE_CHECK = defineCheck({
  id: 'keys-readable',
  group: 'before',
  title: 'the API server publishes the keys for the join token',
  looksAt: '/openid/v1/jwks of the API server',
  needs: ['jwks'],
  cause: 'The API server publishes no keys there, so a join token with static_jwks cannot be made.',
  fix: 'if the cluster has a public issuer, join by oidc: KubernetesJoin.oidc(…)',
  source: 'kubernetes.io/docs/tasks/configure-pod-container/configure-service-account',
  fires: () => exampleSnapshot({ jwks: { keys: [] } }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    sink.looked();
    if (listAt(mesh.snapshot.jwks, 'keys').length === 0) sink.found({ found: 'the API server publishes no keys' });
  },
});
