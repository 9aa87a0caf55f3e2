import { listAt, textAt } from '../../base/json';
import type { TbotConfig } from './tbot-config';
import type { TbotWorkload } from './tbot-workload';

/**
 * Names of the Teleport cluster, which are trust domains, as far as the manifests say them: by the audience of join tokens
 * or, without any, by the address of a tenant of Teleport Cloud.
 */
export function teleportClusterNames(
  tbotConfigs: readonly TbotConfig[],
  tbotWorkloads: readonly TbotWorkload[],
): readonly string[] {
  const audiences = tbotWorkloads
    .flatMap(({ workload }) => workload.volumes)
    .flatMap(({ body }) => listAt(body, 'projected', 'sources'))
    .flatMap((source) => textAt(source, 'serviceAccountToken', 'audience') ?? []);
  const tenants = tbotConfigs.flatMap(
    ({ body }) => /^([a-z0-9.-]+\.teleport\.sh):\d+$/.exec(textAt(body, 'proxy_server') ?? '')?.[1] ?? [],
  );
  return [...new Set(audiences.length > 0 ? audiences : tenants)];
}
