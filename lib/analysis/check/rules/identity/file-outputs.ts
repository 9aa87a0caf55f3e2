import { textAt } from '../../../../base/json';
import type { TeleportResource } from '../../../../model/teleport/teleport-resources';
import type { CheckContext } from '../../context/check-context';
import { oncePerContext } from '../../context/once-per-context';

/** Names of identities that Workload APIs select, and of those that file outputs do. */
const selectedNames = oncePerContext(({ tbotConfigs }) => {
  const byApi = new Set<string>();
  const byOutput = new Set<string>();
  for (const { services, workloadApis } of tbotConfigs) {
    for (const service of services) {
      const name = textAt(service.body, 'selector', 'name');
      if (name !== undefined) (workloadApis.includes(service) ? byApi : byOutput).add(name);
    }
  }
  return { byApi, byOutput };
});

/** Whether tbot only writes the identity to files, so that no workload asks for it. */
export function isOnlyWritten(context: CheckContext, { name }: TeleportResource): boolean {
  const { byApi, byOutput } = selectedNames(context);
  return byOutput.has(name) && !byApi.has(name);
}
