import type { JsonObject } from '../../../base/json';
import { meshNames } from '../../../upstream/teleport/mesh-names';
import { BOT_INSTANCE } from '../teleport-answers';

const { identity, role, bot, token } = meshNames();
const JWKS = JSON.stringify({ keys: [{ kty: 'RSA', kid: 'one', n: '0vx7', e: 'AQAB' }] });

/** What tctl has of the example's mesh, as a snapshot keeps it. */
export const EXAMPLE_TELEPORT: readonly JsonObject[] = [
  {
    kind: 'token',
    version: 'v2',
    metadata: { name: token },
    spec: {
      roles: ['Bot'],
      bot_name: bot,
      join_method: 'kubernetes',
      kubernetes: {
        type: 'static_jwks',
        static_jwks: { jwks: JWKS },
        allow: [{ service_account: 'teleport-system:tbot' }],
      },
    },
  },
  {
    kind: 'workload_identity',
    version: 'v1',
    metadata: { name: identity, labels: { mesh: 'istio' } },
    spec: {
      rules: { allow: [{ conditions: [{ attribute: 'workload.kubernetes.namespace', in: { values: ['shop'] } }] }] },
      spiffe: { id: '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}' },
    },
  },
  { kind: 'bot', version: 'v1', metadata: { name: bot }, spec: { roles: [role] } },
  {
    kind: 'role',
    version: 'v8',
    metadata: { name: role },
    spec: {
      allow: {
        workload_identity_labels: { mesh: 'istio' },
        rules: [{ resources: ['workload_identity'], verbs: ['list', 'read'] }],
      },
    },
  },
  {
    kind: BOT_INSTANCE,
    version: 'v1',
    metadata: { name: 'd3b0f1f0-0000-4000-8000-000000000001' },
    spec: { bot_name: bot, instance_id: 'd3b0f1f0-0000-4000-8000-000000000001' },
    status: { last_seen: '2026-11-01T12:00:00.000Z', hostname: 'tbot-1' },
  },
];
