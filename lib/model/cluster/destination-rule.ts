import { addTo } from '../../base/add-to';
import { field, isObject, type JsonValue, listAt, textAt, textsAt } from '../../base/json';
import { coveringHosts, resolveHost, serviceHost } from '../../upstream/istio/service-host';
import type { Manifest } from '../documents/manifest';
import { selects } from './label-index';
import type { Service } from './service';
import type { Workload } from './workload';

/** What a DestinationRule says about the TLS a client uses; `DISABLE` is plain text. */
export type ClientTlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** The TLS settings of a DestinationRule for one port of a Service. */
export interface DestinationTls {
  readonly mode: ClientTlsMode;
  /** SPIFFE IDs the server must have, in place of those istiod computes; empty if the rule names none. */
  readonly subjectAltNames: readonly string[];
  readonly manifest: Manifest;
  readonly pointer: string;
}

const MODES: ReadonlySet<string> = new Set(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']);

/** DestinationRules by what they say about TLS; subsets are not looked at, as only routes choose them. */
export class DestinationRules {
  /** By full host, or wildcard. */
  private readonly byHost = new Map<string, Manifest[]>();
  private readonly ofService = new Map<Service, ReadonlyMap<string, readonly Manifest[]>>();

  public constructor(
    rules: readonly Manifest[],
    private readonly rootNamespace: string,
  ) {
    for (const rule of rules) {
      const host = resolveHost(textAt(rule.body, 'spec', 'host') ?? '', namespaceOf(rule));
      addTo(this.byHost, host, rule);
    }
  }

  /** Whether some rule is for a Service, whoever the client is. */
  public concern(service: Service): boolean {
    return this.covering(service).size > 0;
  }

  /**
   * The TLS settings a client uses for a Service port; undefined if none are given and auto-mTLS decides.
   *
   * The client's namespace is looked at first, then the Service's, then the root namespace; within one the most specific
   * host wins (istio/istio pilot/pkg/model/push_context.go `destinationRule`).
   */
  public tlsFor(client: Workload | undefined, service: Service, port: number): DestinationTls | undefined {
    const rule = this.ruleFor(client, service);
    if (rule === undefined) return undefined;
    const policy = field(rule.body, 'spec', 'trafficPolicy');
    const levels = listAt(policy, 'portLevelSettings');
    const level = levels.findIndex((entry) => field(entry, 'port', 'number') === port);
    // A port's settings replace the whole policy: what they leave out is default, not inherited.
    return level < 0
      ? tlsOf(field(policy, 'tls'), rule, '/spec/trafficPolicy/tls')
      : tlsOf(field(levels[level], 'tls'), rule, `/spec/trafficPolicy/portLevelSettings/${level}/tls`);
  }

  private ruleFor(client: Workload | undefined, service: Service): Manifest | undefined {
    const places = [...(client ? [client.namespace] : []), service.namespace, this.rootNamespace];
    const covering = this.covering(service);
    if (covering.size === 0) return undefined;
    for (const namespace of places) {
      const found = covering.get(namespace)?.find((rule) => isVisible(rule, client) && isFor(rule, client));
      if (found) return found;
    }
    return undefined;
  }

  /** The rules whose host covers a Service by namespace, the most specific host first. */
  private covering(service: Service): ReadonlyMap<string, readonly Manifest[]> {
    let found = this.ofService.get(service);
    if (found === undefined) {
      const byNamespace = new Map<string, Manifest[]>();
      for (const host of this.byHost.size === 0 ? [] : coveringHosts(serviceHost(service))) {
        for (const rule of this.byHost.get(host) ?? []) addTo(byNamespace, namespaceOf(rule), rule);
      }
      found = byNamespace;
      this.ofService.set(service, found);
    }
    return found;
  }
}

function namespaceOf({ namespace }: Manifest): string {
  return namespace ?? 'default';
}

function tlsOf(tls: JsonValue | undefined, manifest: Manifest, pointer: string): DestinationTls | undefined {
  if (!isObject(tls)) return undefined;
  const mode = textAt(tls, 'mode') ?? 'DISABLE';
  if (!MODES.has(mode)) return undefined;
  const names = listAt(tls, 'subjectAltNames').filter((name): name is string => typeof name === 'string');
  return { mode: mode as ClientTlsMode, subjectAltNames: names, manifest, pointer };
}

function isVisible(rule: Manifest, client: Workload | undefined): boolean {
  const exportTo = listAt(rule.body, 'spec', 'exportTo');
  if (exportTo.length === 0 || exportTo.includes('*')) return true;
  const own = rule.namespace === client?.namespace;
  return (own && exportTo.includes('.')) || (client !== undefined && exportTo.includes(client.namespace));
}

function isFor(rule: Manifest, client: Workload | undefined): boolean {
  const wanted = textsAt(rule.body, 'spec', 'workloadSelector', 'matchLabels');
  return Object.keys(wanted).length === 0 || (client !== undefined && selects(wanted, client.labels));
}
