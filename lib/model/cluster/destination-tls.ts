import { addTo } from '../../base/add-to';
import { field, type JsonValue, listAt, textAt, textsAt } from '../../base/json';
import {
  coveringHosts,
  coversNamespace,
  resolveHost,
  serviceHost,
  serviceOfHost,
} from '../../upstream/istio/service-host';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { Service } from './service';

/** One `tls` of a DestinationRule. */
export interface DestinationTls {
  readonly manifest: Manifest;
  /** As written: short, full, or with a wildcard. */
  readonly host: string;
  /** The Services whose clients it is for, as far as they are among the manifests. */
  readonly services: readonly Service[];
  /** Labels of the pods it is for; empty unless it is a subset's. */
  readonly subset: Readonly<Record<string, string>>;
  readonly pointer: string;
  readonly tls: JsonValue;
  /** Undefined if it does not say. */
  readonly mode: string | undefined;
  /** Whether it is for a port of its Services. */
  isForPort(port: number): boolean;
}

/** The `tls` settings of all DestinationRules. */
export function destinationTls(manifests: ManifestSet, services: readonly Service[]): readonly DestinationTls[] {
  const rules = manifests.ofKind('DestinationRule', 'networking.istio.io');
  if (rules.length === 0) return [];
  const byRule = servicesByRule(rules, services);
  return rules.flatMap((manifest) => {
    const host = textAt(manifest.body, 'spec', 'host') ?? '';
    const found = byRule.get(manifest) ?? [];
    return policiesOf(manifest).flatMap(({ policy, pointer, subset }) =>
      settingsOf(policy, pointer).map((setting) => ({ manifest, host, services: found, subset, ...setting })),
    );
  });
}

/** Whether a host may mean a Service of a namespace, be the Service among the manifests or not. */
export function mayBeIn({ host, manifest }: DestinationTls, namespace: string): boolean {
  const full = fullHost(host, manifest);
  return full.startsWith('*') ? coversNamespace(full, namespace) : serviceOfHost(full)?.namespace === namespace;
}

/** For each Service the most specific host counts, and hides the others. */
function servicesByRule(rules: readonly Manifest[], services: readonly Service[]): ReadonlyMap<Manifest, Service[]> {
  const byHost = new Map<string, Manifest[]>();
  for (const rule of rules) {
    const host = fullHost(textAt(rule.body, 'spec', 'host') ?? '', rule);
    addTo(byHost, host, rule);
  }
  const found = new Map<Manifest, Service[]>();
  for (const service of services) {
    const host = coveringHosts(serviceHost(service)).find((one) => byHost.has(one)) ?? '';
    for (const rule of byHost.get(host) ?? []) addTo(found, rule, service);
  }
  return found;
}

function fullHost(host: string, { namespace = 'default' }: Manifest): string {
  return resolveHost(host, namespace);
}

function policiesOf({ body }: Manifest) {
  return [
    { policy: field(body, 'spec', 'trafficPolicy'), pointer: '/spec/trafficPolicy', subset: {} },
    ...listAt(body, 'spec', 'subsets').map((subset, index) => ({
      policy: field(subset, 'trafficPolicy'),
      pointer: `/spec/subsets/${index}/trafficPolicy`,
      subset: textsAt(subset, 'labels'),
    })),
  ];
}

/** Settings of a port replace those for all ports: what they leave out is default, not inherited. */
function settingsOf(policy: JsonValue | undefined, pointer: string) {
  const levels = listAt(policy, 'portLevelSettings').map((entry, index) => ({
    tls: field(entry, 'tls'),
    pointer: `${pointer}/portLevelSettings/${index}/tls`,
    ofPort: field(entry, 'port', 'number'),
  }));
  const isOther = (port: number) => !levels.some(({ ofPort }) => ofPort === port);
  const settings = [
    { tls: field(policy, 'tls'), pointer: `${pointer}/tls`, isForPort: isOther },
    ...levels.map(({ ofPort, ...level }) => ({ ...level, isForPort: (port: number) => port === ofPort })),
  ];
  return settings.flatMap(({ tls, ...setting }) =>
    tls === undefined ? [] : [{ ...setting, tls, mode: textAt(tls, 'mode') }],
  );
}
