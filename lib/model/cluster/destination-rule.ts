import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import { compareTexts } from '../../base/compare-texts';
import { field, type JsonValue, listAt, textAt, textsAt } from '../../base/json';
import { coveringHosts, resolveHost, serviceHost } from '../../upstream/istio/service-host';
import type { Manifest } from '../documents/manifest';
import { type DestinationTls, tlsIn } from './destination-tls';
import { selects } from './label-index';
import { isRival, subsetsIn } from './merged-rules';
import type { Service } from './service';
import type { Workload } from './workload';

/** A DestinationRule as istiod keeps it: several for one host become one, with the traffic policy of the first that has any. */
export interface Consolidated {
  readonly rule: Manifest;
  /** Every rule that has become this one; the subsets of all of them count. */
  readonly merged: Manifest[];
  /** Empty for whatever is the mesh's default. */
  readonly exportTo: ReadonlySet<string>;
  /** Labels of the clients that it applies to; undefined for all. */
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** The rule whose traffic policy counts. */
  policy: Manifest | undefined;
}

/** The rules of one namespace for one host, oldest first, as far as the files tell their age. */
interface HostDestinationRules {
  /** Rules that clients of the namespace use. */
  readonly local: readonly Consolidated[];
  /** Rules that only these clients use if the namespace is the root namespace. */
  readonly private: readonly Consolidated[];
  /** Rules that clients of other namespaces may use. */
  readonly exported: readonly Consolidated[];
}

/** Who finds a rule that does not say so itself. */
const PUBLIC = '*';
const PRIVATE = '.';

/** The mesh's defaults for DestinationRules. */
export interface DestinationRuleDefaults {
  /** Namespace whose rules apply to the whole mesh. */
  readonly rootNamespace: string;
  /** `meshConfig.defaultDestinationRuleExportTo`; empty means all namespaces. */
  readonly exportTo: readonly string[];
}

/** A subset of a DestinationRule, as far as it changes what clients send. */
export interface TlsSubset {
  readonly name: string;
  /** Labels of the pods in it. */
  readonly labels: Readonly<Record<string, string>>;
}

/** DestinationRules and their TLS settings. */
export class DestinationRules {
  /** By full host, or wildcard; then by namespace. */
  private readonly byHost: ReadonlyMap<string, ReadonlyMap<string, HostDestinationRules>>;
  private readonly ofService = new Map<Service, ReadonlyMap<string, readonly HostDestinationRules[]>>();

  public constructor(
    /** Every rule, in the order of the manifests. */
    public readonly all: readonly Manifest[],
    private readonly defaults: DestinationRuleDefaults,
  ) {
    const grouped = new Map<string, Map<string, Manifest[]>>();
    for (const rule of all) {
      const host = resolveHost(textAt(rule.body, 'spec', 'host') ?? '', namespaceOf(rule));
      const byNamespace = grouped.get(host) ?? new Map<string, Manifest[]>();
      grouped.set(host, byNamespace);
      addTo(byNamespace, namespaceOf(rule), rule);
    }
    this.byHost = new Map(
      [...grouped].map(([host, byNamespace]) => [
        host,
        new Map([...byNamespace].map(([namespace, group]) => [namespace, this.hostRules(namespace, group)])),
      ]),
    );
  }

  /** Whether some rule applies to a Service, for any client. */
  public concern(service: Service): boolean {
    return this.covering(service).size > 0;
  }

  /**
   * The TLS settings a client uses for a Service port; undefined if none are given and auto-mTLS decides.
   *
   * The client's namespace is searched first, including private rules, then the Service's, then the root namespace;
   * within one, only the most specific host counts (istio/istio pilot/pkg/model/push_context.go `destinationRule`).
   */
  public tlsFor(
    client: Workload | undefined,
    service: Service,
    port: number,
    subset?: string,
  ): DestinationTls | undefined {
    const found = this.foundFor(client, service);
    if (found === undefined) return undefined;
    const rule = found.policy ?? found.rule;
    const [own] = subset === undefined ? [] : subsetsIn(found).filter(({ name }) => name === subset);
    // A subset without TLS of its own has that of the rule (pilot/pkg/networking/core/cluster_builder.go).
    const ofSubset = own && tlsIn(own.rule, own.pointer, own.body, port);
    return ofSubset ?? tlsIn(rule, '/spec', field(rule.body, 'spec'), port);
  }

  /** Which of several rules for a Service was taken for the oldest, where that decides and the files do not say it. */
  public assumedOldest(client: Workload | undefined, service: Service): string | undefined {
    const { policy, merged = [] } = this.foundFor(client, service) ?? {};
    if (policy === undefined) return undefined;
    const rivals = merged.filter((one) => one !== policy && isRival(one, policy));
    if (rivals.length === 0) return undefined;
    const names = [policy, ...rivals].map(({ name }) => name).join(', ');
    return `the traffic policy of ${policy.name} applies, the first by name of DestinationRules ${names} in namespace ${namespaceOf(policy)}: the manifests do not state which one is oldest`;
  }

  /** The subsets with TLS settings in the rule that a client uses for a Service. */
  public tlsSubsets(client: Workload | undefined, service: Service): readonly TlsSubset[] {
    const found = this.foundFor(client, service);
    return found === undefined
      ? []
      : subsetsIn(found).map(({ name, body }) => ({ name, labels: textsAt(body, 'labels') }));
  }

  /** The rules that any client of a Service may use: each namespace uses its own rules before those of others. */
  public foundBySomebody(service: Service): readonly Consolidated[] {
    const covering = this.covering(service);
    const { rootNamespace } = this.defaults;
    const own = [...covering].flatMap(([namespace, hosts]) =>
      mostSpecific(hosts, namespace === rootNamespace ? 'private' : 'local'),
    );
    const shared = [service.namespace, rootNamespace].map((namespace) =>
      mostSpecific(covering.get(namespace), 'exported'),
    );
    // Rules of the root namespace are for those whom the Service's own namespace tells nothing.
    const isPublic = ({ exportTo }: Consolidated) => exportTo.size === 0 || exportTo.has(PUBLIC);
    const [ofService = [], ofRoot = []] = shared;
    return [...new Set([...own, ...ofService, ...(ofService.some(isPublic) ? [] : ofRoot)])];
  }

  private foundFor(client: Workload | undefined, service: Service): Consolidated | undefined {
    const covering = this.covering(service);
    if (covering.size === 0) return undefined;
    const { rootNamespace } = this.defaults;
    if (client !== undefined) {
      const pool = client.namespace === rootNamespace ? 'private' : 'local';
      const own = mostSpecific(covering.get(client.namespace), pool);
      // Even where not one of them is for the client, no other namespace is looked at.
      if (own.length > 0) return chosen(own, client);
    }
    for (const namespace of [service.namespace, rootNamespace]) {
      const found = mostSpecific(covering.get(namespace), 'exported').filter(({ exportTo }) =>
        reaches(exportTo, client),
      );
      if (found.length > 0) return chosen(found, client);
    }
    return undefined;
  }

  /** The rules whose host covers a Service by namespace, the most specific host first. */
  private covering(service: Service): ReadonlyMap<string, readonly HostDestinationRules[]> {
    return cached(this.ofService, service, () => {
      const byNamespace = new Map<string, HostDestinationRules[]>();
      for (const host of this.byHost.size === 0 ? [] : coveringHosts(serviceHost(service))) {
        for (const [namespace, rules] of this.byHost.get(host) ?? []) addTo(byNamespace, namespace, rules);
      }
      return byNamespace;
    });
  }

  private hostRules(namespace: string, rules: readonly Manifest[]): HostDestinationRules {
    const all = [...rules].sort(byAge).map(toConsolidated);
    const isPrivate = ({ exportTo }: Consolidated) =>
      exportTo.size === 0
        ? this.defaults.exportTo.includes(PRIVATE)
        : exportTo.size === 1 && (exportTo.has(PRIVATE) || exportTo.has(namespace));
    const isLocal = ({ exportTo }: Consolidated) =>
      exportTo.size === 0 || [PUBLIC, PRIVATE, namespace].some((one) => exportTo.has(one));
    return {
      local: consolidate(all.filter(isLocal)),
      private: consolidate(all.filter(isPrivate)),
      exported: consolidate(all.filter((one) => !isPrivate(one))),
    };
  }
}

function toConsolidated(rule: Manifest): Consolidated {
  const selector = field(rule.body, 'spec', 'workloadSelector');
  const hasPolicy = field(rule.body, 'spec', 'trafficPolicy') != null;
  return {
    rule,
    // A rule for certain clients is never exported.
    merged: [rule],
    exportTo: new Set(selector == null ? textsOf(listAt(rule.body, 'spec', 'exportTo')) : [PRIVATE]),
    selector: selector == null ? undefined : textsAt(selector, 'matchLabels'),
    policy: hasPolicy ? rule : undefined,
  };
}

/**
 * Makes one rule of those for one host, as far as they are exported to the same namespaces and for the same clients
 * (istio/istio pilot/pkg/model/destination_rule.go `mergeDestinationRule`).
 */
function consolidate(rules: readonly Consolidated[]): readonly Consolidated[] {
  const kept: Consolidated[] = [];
  for (const rule of rules) {
    let isSeparate = true;
    for (const other of kept) {
      const isSameExport = other.exportTo.size === rule.exportTo.size && includesAll(rule.exportTo, other.exportTo);
      isSeparate = !isSameExport;
      if (!isSameExport && (other.exportTo.size === 0 || !includesAll(rule.exportTo, other.exportTo))) continue;
      if (rule.selector && other.selector && !sameLabels(rule.selector, other.selector)) {
        isSeparate = true;
        continue;
      }
      if ((rule.selector === undefined) === (other.selector === undefined)) isSeparate = false;
      other.policy ??= rule.policy;
      other.merged.push(rule.rule);
    }
    if (isSeparate) kept.push({ ...rule, merged: [...rule.merged] });
  }
  return kept;
}

/** The rules of the first host that has any in a pool. */
function mostSpecific(
  hosts: readonly HostDestinationRules[] | undefined,
  pool: keyof HostDestinationRules,
): readonly Consolidated[] {
  return hosts?.find((rules) => rules[pool].length > 0)?.[pool] ?? [];
}

/** The rule for a client: one that selects it, else the last that selects nobody (sidecar.go `DestinationRule`). */
function chosen(rules: readonly Consolidated[], client: Workload | undefined): Consolidated | undefined {
  const own = rules.find(
    ({ rule, selector }) =>
      selector !== undefined &&
      client !== undefined &&
      namespaceOf(rule) === client.namespace &&
      selects(selector, client.labels),
  );
  return own ?? rules.filter(({ selector }) => selector === undefined).at(-1);
}

function reaches(exportTo: ReadonlySet<string>, client: Workload | undefined): boolean {
  return exportTo.size === 0 || exportTo.has(PUBLIC) || (client !== undefined && exportTo.has(client.namespace));
}

/** Rules for certain clients first, then the oldest; the files of a mesh that is not running do not tell the age. */
function byAge(a: Manifest, b: Manifest): number {
  const key = ({ body, name }: Manifest) => [
    field(body, 'spec', 'workloadSelector') == null ? '1' : '0',
    textAt(body, 'metadata', 'creationTimestamp') ?? '',
    name,
  ];
  const others = key(b);
  return (
    key(a)
      .map((text, index) => compareTexts(text, others[index] ?? ''))
      .find((order) => order !== 0) ?? 0
  );
}

function includesAll(set: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  return [...wanted].every((one) => set.has(one));
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return selects(a, b) && selects(b, a);
}

function textsOf(values: readonly JsonValue[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

function namespaceOf({ namespace }: Manifest): string {
  return namespace ?? 'default';
}
