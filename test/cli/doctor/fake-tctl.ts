import { EXAMPLE_TELEPORT } from '../../../lib/analysis/doctor/examples/example-teleport';
import { BOT_INSTANCE } from '../../../lib/analysis/doctor/teleport-answers';
import type { JsonObject } from '../../../lib/base/json';
import { textAt } from '../../../lib/base/json';
import { UserError } from '../../../lib/cli/user-error';

/** What `tctl status` prints: a table without a head. */
export const STATUS = `Cluster       example.teleport.sh
Version       18.9.0
host CA       never updated
`;

/** A bot instance as Teleport has it, of which a snapshot keeps little. */
const INSTANCE: JsonObject = {
  kind: BOT_INSTANCE,
  version: 'v1',
  metadata: { name: 'd3b0f1f0-0000-4000-8000-000000000001', expires: '2026-11-01T14:00:00Z', revision: 'r' },
  spec: { bot_name: 'istio-tbot', instance_id: 'd3b0f1f0-0000-4000-8000-000000000001' },
  status: {
    initial_authentication: { authenticated_at: { seconds: 1793534400 }, public_key: 'cGxhbnRlZA==' },
    latest_authentications: [
      {
        authenticated_at: '2026-11-01T12:00:00Z',
        public_key: 'cGxhbnRlZA==',
        join_attrs: { kubernetes: { pod: { name: 'tbot-1' } } },
      },
    ],
    latest_heartbeats: [{ recorded_at: '2026-11-01T12:01:00Z', hostname: 'tbot-1', version: '18.9.0' }],
  },
};

/** What tctl prints for the example's mesh. */
export async function fakeTctl(args: readonly string[]): Promise<string> {
  const [verb, what = ''] = args;
  if (verb === 'status') return STATUS;
  const [kind, name] = what.split('/');
  const other = { ...INSTANCE, spec: { bot_name: 'somebody-else', instance_id: 'x' } };
  if (kind === BOT_INSTANCE) return JSON.stringify([INSTANCE, other]);
  const found = EXAMPLE_TELEPORT.filter(
    (one) => textAt(one, 'kind') === kind && textAt(one, 'metadata', 'name') === name,
  );
  if (found.length === 0) throw new UserError(`tctl get failed: ERROR: ${kind} "${name}" doesn't exist`);
  return JSON.stringify(found);
}
