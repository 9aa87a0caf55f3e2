import { field } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { isGateway } from '../../../../model/cluster/injection';
import type { Workload } from '../../../../model/cluster/workload';
import { PROXY_CONTAINER } from '../../../../upstream/istio/injection';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

/** User and group of the proxy, whose traffic is not sent to it again (istio/istio tools/istio-iptables). */
const PROXY_USER = 1337;

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const asUser = (user: number) =>
  stream(NAMESPACE, deployment('catalogue', '', `securityContext: {runAsUser: ${user}}`));

/** Where a pod says that containers of the application run as the proxy's user or group. */
function places({ podSpec, containers }: Workload): readonly string[] {
  return ['runAsUser', 'runAsGroup'].flatMap((name) => {
    const ofPod = field(podSpec, 'securityContext', name);
    const own = containers
      .filter((container) => container.name !== PROXY_CONTAINER)
      .map(({ body }) => field(body, 'securityContext', name) ?? ofPod);
    return own.includes(PROXY_USER) ? [name] : [];
  });
}

/** An application that runs as the proxy does. */
export const PROXY_USER_RULE = defineRule({
  id: 'proxy-user',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'warning',
  title: "Application runs as the proxy's user",
  found: 'a container of {workload} has {name}: 1337',
  why: "Nodes recognize the proxy's traffic by this user ID, so the application's calls bypass its proxy: in plain text and without an identity.",
  fix: 'use another number',
  source: 'istio/istio tools/istio-iptables; istio.io analysis message IST0144',
  wrong: asUser(1337),
  right: asUser(1000),
  check(context, report) {
    for (const workload of context.workloads) {
      const [name] = places(workload);
      if (name === undefined || isGateway(workload) || context.isInjected(workload) !== true) continue;
      report(workload.manifest, workload.podPointer + toPointer('spec'), { workload: workload.name, name });
    }
  },
});
