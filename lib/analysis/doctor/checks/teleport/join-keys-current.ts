import { type JsonObject, textAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { compareKeys, staticKeys } from '../../join-keys';
import type { LiveMesh } from '../../live-mesh';

/** Whether the join token has the keys that this cluster signs with. */
export const JOIN_KEYS_CURRENT_CHECK = defineCheck({
  id: 'join-keys-current',
  group: 'teleport',
  title: 'the join token has the cluster’s keys',
  looksAt: 'static_jwks of the tokens in Teleport or in the expected manifests, and the API server’s /openid/v1/jwks',
  needs: [],
  cause:
    'The API server’s keys were rotated, or the token was made for another cluster: tbot cannot join at its next start.',
  fix: 'kubectl get --raw /openid/v1/jwks > jwks.json, synthesize, and tctl create -f dist/teleport/teleport.yaml',
  source: 'gravitational/teleport lib/kube/token/validator.go',
  fires: () => exampleSnapshot({ teleport: [token('another')] }),
  quiet: () => exampleSnapshot({ teleport: [token('one')] }),
  check(mesh, sink) {
    for (const { name, jwks } of tokensOf(mesh)) {
      if (mesh.snapshot.jwks === undefined) {
        const gap = mesh.gap('jwks');
        sink.unseen('the API server’s keys', gap?.because ?? 'the snapshot has none');
        return;
      }
      sink.looked();
      const problem = compareKeys(jwks, mesh.snapshot.jwks);
      if (problem !== undefined) sink.found({ found: `token ${name}: ${problem}` });
    }
  },
});

function tokensOf(mesh: LiveMesh): readonly { readonly name: string; readonly jwks: string }[] {
  const expected = mesh.expected?.ofKind('token').map(({ body }) => body) ?? [];
  return [...(mesh.snapshot.teleport ?? []), ...expected].flatMap((resource) => {
    const jwks = staticKeys(resource);
    return jwks === undefined ? [] : [{ name: textAt(resource, 'metadata', 'name') ?? '', jwks }];
  });
}

function token(kid: string): JsonObject {
  const jwks = JSON.stringify({ keys: [{ kty: 'RSA', kid, n: '0vx7', e: 'AQAB' }] });
  const spec = { join_method: 'kubernetes', kubernetes: { static_jwks: { jwks } } };
  return { kind: 'token', version: 'v2', metadata: { name: 'join' }, spec };
}
