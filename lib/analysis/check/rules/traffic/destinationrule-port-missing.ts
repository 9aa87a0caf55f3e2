import { addTo } from '../../../../base/add-to';
import { field, listAt, numberAt, textAt } from '../../../../base/json';
import type { Service } from '../../../../model/cluster/service';
import { resolveHost, serviceOfHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { service, stream } from '../examples';

const destination = (port: number) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: shop}\nspec:\n  host: catalogue\n  trafficPolicy:\n    portLevelSettings:\n      - port: {number: ${port}}\n        connectionPool: {tcp: {maxConnections: 100}}\n`;
const CATALOGUE = service('catalogue', '{name: http, port: 80, targetPort: 8080}');

const byRef = oncePerContext(({ services }): ReadonlyMap<string, readonly Service[]> => {
  const found = new Map<string, Service[]>();
  for (const one of services) addTo(found, one.ref, one);
  return found;
});

/** Settings for a port that the Service of a DestinationRule does not have. */
export const DESTINATIONRULE_PORT_MISSING_RULE = defineRule({
  id: 'destinationrule-port-missing',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'warning',
  sureWith: 'one cluster',
  title: 'Settings of a port that the Service does not have',
  found: 'Service {service} has no port {port}; it has {ports}',
  why: 'Settings refer to ports of the Service, which clients call, not to ports of its pods, so these have no effect.',
  fix: 'write the port of the Service',
  source: 'istio/istio pilot/pkg/networking/util/util.go (GetPortLevelTrafficPolicy)',
  wrong: stream(CATALOGUE, destination(8080)),
  right: stream(CATALOGUE, destination(80)),
  check(context, report) {
    const { manifests } = context;
    for (const manifest of manifests.ofKind('DestinationRule', ISTIO_NETWORKING)) {
      const { body, namespace = 'default' } = manifest;
      const name = serviceOfHost(resolveHost(textAt(body, 'spec', 'host') ?? '', namespace));
      const all = byRef(context).get(`${name?.namespace}/${name?.name}`) ?? [];
      const [to] = all;
      // What is only a name has the ports of what it stands for; what is patched may have others by then.
      if (to === undefined || all.length > 1 || to.externalName !== undefined) continue;
      if ([manifest, to.manifest].some((one) => manifests.changedBy(one) !== undefined)) continue;
      const policies = [
        [field(body, 'spec', 'trafficPolicy'), '/spec/trafficPolicy'] as const,
        ...listAt(body, 'spec', 'subsets').map(
          (subset, index) => [field(subset, 'trafficPolicy'), `/spec/subsets/${index}/trafficPolicy`] as const,
        ),
      ];
      for (const [policy, pointer] of policies) {
        for (const [index, settings] of listAt(policy, 'portLevelSettings').entries()) {
          const port = numberAt(settings, 'port', 'number');
          if (port === undefined || to.ports.some((one) => one.port === port)) continue;
          report(manifest, `${pointer}/portLevelSettings/${index}/port/number`, {
            service: to.ref,
            port: String(port),
            ports: to.ports.map((one) => one.port).join(', ') || 'none',
          });
        }
      }
    }
  },
});
