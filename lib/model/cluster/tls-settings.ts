import { addTo } from '../../base/add-to';
import { field, type JsonValue, listAt, textAt, textsAt } from '../../base/json';
import { coversNamespace, resolveHost, serviceOfHost } from '../../upstream/istio/service-host';
import type { Manifest } from '../documents/manifest';
import type { DestinationRules } from './destination-rule';
import type { Service } from './service';

/** One `tls` of a DestinationRule. */
export interface TlsSetting {
  readonly manifest: Manifest;
  /** As written: short, full, or with a wildcard. */
  readonly host: string;
  /** The Services in the manifests that it applies to. */
  readonly services: readonly Service[];
  /** Labels of the pods that it applies to; empty unless it belongs to a subset. */
  readonly subset: Readonly<Record<string, string>>;
  readonly pointer: string;
  readonly tls: JsonValue;
  /** Undefined if it does not set it. */
  readonly mode: string | undefined;
  /** Whether it is for a port of its Services. */
  isForPort(port: number): boolean;
}

/** The `tls` settings of all DestinationRules. */
export function tlsSettings(rules: DestinationRules, services: readonly Service[]): readonly TlsSetting[] {
  if (rules.all.length === 0) return [];
  const found = servicesByRule(rules, services);
  return rules.all.flatMap((manifest) => {
    const host = textAt(manifest.body, 'spec', 'host') ?? '';
    return policiesOf(manifest).flatMap(({ policy, pointer, part, subset }) =>
      settingsOf(policy, pointer).map((setting) => {
        return { manifest, host, services: found[part].get(manifest) ?? [], subset, ...setting };
      }),
    );
  });
}

/** Whether a host may refer to a Service of a namespace, whether or not the Service is in the manifests. */
export function mayBeIn({ host, manifest }: TlsSetting, namespace: string): boolean {
  const full = fullHost(host, manifest);
  return full.startsWith('*') ? coversNamespace(full, namespace) : serviceOfHost(full)?.namespace === namespace;
}

/** The Services of which some client uses a rule's own traffic policy, or may use its subsets. */
function servicesByRule(rules: DestinationRules, services: readonly Service[]) {
  const found = { policy: new Map<Manifest, Service[]>(), subsets: new Map<Manifest, Service[]>() };
  for (const service of services) {
    const consolidated = rules.foundBySomebody(service);
    for (const rule of new Set(consolidated.map((one) => one.policy ?? one.rule))) addTo(found.policy, rule, service);
    for (const rule of new Set(consolidated.flatMap(({ merged }) => merged))) addTo(found.subsets, rule, service);
  }
  return found;
}

function fullHost(host: string, { namespace = 'default' }: Manifest): string {
  return resolveHost(host, namespace);
}

function policiesOf({ body }: Manifest) {
  return [
    {
      policy: field(body, 'spec', 'trafficPolicy'),
      pointer: '/spec/trafficPolicy',
      part: 'policy' as const,
      subset: {},
    },
    ...listAt(body, 'spec', 'subsets').map((subset, index) => ({
      policy: field(subset, 'trafficPolicy'),
      pointer: `/spec/subsets/${index}/trafficPolicy`,
      part: 'subsets' as const,
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
