import { isVariable } from '../../../../base/is-variable';
import { listAt, objectAt, scalarTextsAt, textAt, textsAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import type { Service } from '../../../../model/cluster/service';
import type { Manifest } from '../../../../model/documents/manifest';
import { coveringHosts, resolveHost, serviceHost, serviceOfHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const GROUP = ISTIO_NETWORKING;

const destination = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: shop}\nspec: {${spec}}\n`;
const route = (to: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: catalogue, namespace: shop}\nspec:\n  hosts: [catalogue]\n  http: [{route: [{destination: {${to}}}]}]\n`;
const CATALOGUE = stream(deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80}'));
const V1 = 'host: catalogue, subsets: [{name: v1, labels: {app: catalogue}}]';

/** A destination of a route. */
interface RoutedHost {
  readonly manifest: Manifest;
  readonly pointer: string;
  /** The full host. */
  readonly host: string;
  readonly subset: string;
}

const destinations = oncePerContext(({ manifests }): readonly RoutedHost[] =>
  manifests.ofKind('VirtualService', GROUP).flatMap((manifest) =>
    ['http', 'tcp', 'tls'].flatMap((protocol) =>
      listAt(manifest.body, 'spec', protocol).flatMap((rule, index) =>
        listAt(rule, 'route').map((one, at) => ({
          manifest,
          pointer: `/spec/${protocol}/${index}/route/${at}/destination`,
          host: resolveHost(textAt(one, 'destination', 'host') ?? '', manifest.namespace ?? 'default'),
          subset: textAt(one, 'destination', 'subset') ?? '',
        })),
      ),
    ),
  ),
);

/** The subsets that DestinationRules define, by their full host. */
const subsetsByHost = oncePerContext(({ manifests }): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  for (const { body, namespace = 'default' } of manifests.ofKind('DestinationRule', GROUP)) {
    const host = resolveHost(textAt(body, 'spec', 'host') ?? '', namespace);
    const names = found.get(host) ?? new Set();
    found.set(host, names);
    for (const one of listAt(body, 'spec', 'subsets')) names.add(textAt(one, 'name') ?? '');
  }
  return found;
});

const byHost = oncePerContext(({ services, installedGateways }): ReadonlyMap<string, Service> => {
  const installed = installedGateways.map(({ service }) => service);
  return new Map([...installed, ...services].map((one) => [serviceHost(one), one]));
});

/** Where routes and DestinationRules lead. */
export const DESTINATION_HOST_RULES = [
  defineRule({
    id: 'destination-host-unknown',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'warning',
    title: 'Host without a Service',
    found: '{kind} "{name}" is for {host}, which is not a Service or ServiceEntry',
    why: 'A short name means a Service in the namespace of the object. Settings for this host have no effect, and a route to it answers 503.',
    fix: 'write the full host <service>.<namespace>.svc.cluster.local',
    source:
      'istio/istio pkg/config/analysis/analyzers/destinationrule, virtualservice/destinationhosts.go (IST0101, IST0174)',
    needsComplete: true,
    wrong: stream(CATALOGUE, destination('host: katalogue, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}')),
    right: stream(CATALOGUE, destination('host: catalogue, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}')),
    check(context, report) {
      const { manifests } = context;
      const rules = manifests.ofKind('DestinationRule', GROUP).map((manifest) => ({
        manifest,
        pointer: '/spec/host',
        host: resolveHost(textAt(manifest.body, 'spec', 'host') ?? '', manifest.namespace ?? 'default'),
      }));
      const entries = new Set(
        manifests.ofKind('ServiceEntry', GROUP).flatMap(({ body }) => scalarTextsAt(body, 'spec', 'hosts')),
      );
      for (const { manifest, pointer, host } of [...rules, ...destinations(context)]) {
        // Of a host outside the cluster it is for `outboundTrafficPolicy` to say what becomes of it.
        if (serviceOfHost(host) === undefined || byHost(context).has(host) || entries.has(host)) continue;
        report(manifest, pointer, { kind: manifest.kind, name: manifest.name, host });
      }
    },
  }),
  defineRule({
    id: 'subset-undefined',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Route to a subset that is not defined',
    found: 'no DestinationRule for {host} has a subset "{subset}"',
    why: 'The proxies have no such cluster, so they answer 503.',
    fix: 'add the subset to the DestinationRule, or correct its name',
    source: 'istio/istio pkg/config/analysis/analyzers/virtualservice/destinationrules.go (IST0101)',
    wrong: stream(CATALOGUE, destination(V1), route('host: catalogue, subset: v2')),
    right: stream(CATALOGUE, destination(V1), route('host: catalogue, subset: v1')),
    check(context, report) {
      for (const { manifest, pointer, host, subset } of destinations(context)) {
        if (subset === '' || isVariable(subset)) continue;
        const rules = subsetsByHost(context);
        const known = rules.get(coveringHosts(host).find((one) => rules.has(one)) ?? '');
        if (known === undefined || known.has(subset)) continue;
        report(manifest, `${pointer}/subset`, { host, subset });
      }
    },
  }),
  defineRule({
    id: 'subset-selects-nothing',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'warning',
    title: 'Subset selects no pods',
    found: 'subset "{subset}" of {host} has labels that no pods of the Service have',
    why: 'The subset has no endpoints, so a route to it answers 503.',
    fix: 'use labels of the pods, not of the Deployment or the Service',
    source: 'istio/istio pkg/config/analysis/analyzers/destinationrule (IST0173)',
    needsComplete: true,
    wrong: stream(CATALOGUE, destination('host: catalogue, subsets: [{name: v1, labels: {version: v1}}]')),
    right: stream(CATALOGUE, destination(V1)),
    check(context, report) {
      for (const manifest of context.manifests.ofKind('DestinationRule', GROUP)) {
        const host = resolveHost(textAt(manifest.body, 'spec', 'host') ?? '', manifest.namespace ?? 'default');
        const pods = byHost(context).get(host)?.workloads ?? [];
        if (pods.length === 0) continue;
        listAt(objectAt(manifest.body, 'spec'), 'subsets').forEach((one, index) => {
          const labels = textsAt(one, 'labels');
          if (pods.some((pod) => selects(labels, pod.labels))) return;
          report(manifest, `/spec/subsets/${index}/labels`, { subset: textAt(one, 'name') ?? '', host });
        });
      }
    },
  }),
];
