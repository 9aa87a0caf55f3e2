import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import type { JsonValue } from '../../base/json';
import { ANY_HOST } from '../../upstream/istio/service-host';
import { type Manifest, refOf } from '../documents/manifest';
import type { AttachedRoute, RouteRule } from './attached-route';
import { mayTake, type RoutedRequest, takesSurely } from './route-match';
import { precedes, type RulePlace } from './route-order';

/** A rule in the list that a server has for a host. */
export interface ListedRule extends RulePlace {
  /** The rule of its route that it is a part of. */
  readonly source: RouteRule;
  /** That rule with one of its alternatives. */
  readonly body: JsonValue;
  /** What has to be so for the rule not to be there; undefined if it is there for sure. */
  readonly unless: string | undefined;
}

/** What of a route may have a request. */
export interface RulesFor {
  /** Its rules that may have it, each with one of its alternatives. */
  readonly rules: readonly JsonValue[];
  /** What has to be so for one of them to have it, where that is not known; empty if it is known. */
  readonly assumptions: readonly string[];
}

/** The rules for a host, and what has to be so for a better host to have no rule. */
interface HostList {
  readonly rules: readonly ListedRule[];
  readonly unless: readonly string[];
}

/**
 * The rules that a port of a gateway has for each host. A request is for the host that fits it best: what the rules there do not
 * take gets to no other host's (Envoy's order of domains and of server names).
 */
export class HostTable {
  private readonly byHost = new Map<string, ListedRule[]>();
  private readonly hostsOf = new Map<Manifest, Set<string>>();
  private readonly redirected = new Set<string>();
  private longest = 0;
  /** Rules of a list that take a request for sure, for the request that was asked about last. */
  private readonly takers = new Map<readonly ListedRule[], { readonly key: string; readonly rules: ListedRule[] }>();

  /** The lists, without rules that stand behind one of their own list that takes everything: istiod leaves those out. */
  private readonly read = new Map<string, readonly ListedRule[]>();

  /** Puts a rule in the list for a host. */
  public add(host: string, rule: ListedRule): void {
    const key = host.toLowerCase();
    addTo(this.byHost, key, rule);
    this.longest = Math.max(this.longest, key.length);
    const { manifest } = rule.route;
    this.hostsOf.set(manifest, (this.hostsOf.get(manifest) ?? new Set()).add(key));
  }

  /** Answers every request for a host with a redirect to HTTPS. */
  public redirect(host: string): void {
    this.redirected.add(host.toLowerCase());
    this.longest = Math.max(this.longest, host.length);
  }

  /**
   * Those rules that may have a request for a host, among some of a route; for any of its hosts if none is stated.
   *
   * @param sources the rules of the route that are asked about
   */
  public rulesFor(
    route: AttachedRoute,
    sources: readonly RouteRule[],
    host: string | undefined,
    request: RoutedRequest,
  ): RulesFor {
    const lists = host === undefined ? this.listsOf(route.manifest) : this.listsFor(host);
    const wanted = new Set(sources);
    const found = lists.flatMap(({ rules, unless }) =>
      rules.flatMap((rule) => {
        const isOwn = wanted.has(rule.source) && rule.route.listenerSet === route.listenerSet;
        const isMeant = isOwn && mayHave(rule, request);
        const rivals = isMeant ? this.rivalsOf(rule, rules, request) : undefined;
        return rivals === undefined ? [] : [{ rule, assumptions: [...unless, ...rivals] }];
      }),
    );
    const sure = found.filter(({ assumptions }) => assumptions.length === 0);
    return {
      rules: (sure.length > 0 ? sure : found).map(({ rule }) => rule.body),
      assumptions: sure.length > 0 ? [] : [...new Set(found.flatMap(({ assumptions }) => assumptions))],
    };
  }

  private listsOf(route: Manifest): readonly HostList[] {
    const hosts = [...(this.hostsOf.get(route) ?? [])].filter((host) => !this.redirected.has(host));
    return hosts.map((host) => ({ rules: this.rulesOf(host) ?? [], unless: [] }));
  }

  private rulesOf(host: string): readonly ListedRule[] | undefined {
    const all = this.byHost.get(host);
    return all && cached(this.read, host, () => withoutIdle(all));
  }

  private listsFor(host: string): readonly HostList[] {
    const lists: HostList[] = [];
    const unless: string[] = [];
    for (const key of this.keysFor(host)) {
      if (this.redirected.has(key)) break;
      const rules = this.rulesOf(key);
      if (rules === undefined) continue;
      lists.push({ rules, unless: [...unless] });
      if (rules.some((rule) => rule.unless === undefined)) break;
      unless.push(...rules.flatMap((rule) => rule.unless ?? []));
    }
    return lists;
  }

  /** The hosts that cover one, the most specific first. */
  private *keysFor(host: string): Iterable<string> {
    yield host;
    for (let length = Math.min(this.longest - 1, host.length); length > 0; length--) yield `*${host.slice(-length)}`;
    yield ANY_HOST;
  }

  /** What has to be so for the rules before one not to have the request; undefined if one of them has it for sure. */
  private rivalsOf(
    rule: ListedRule,
    all: readonly ListedRule[],
    request: RoutedRequest,
  ): readonly string[] | undefined {
    const assumptions: string[] = [];
    for (const other of this.takersOf(all, request)) {
      const isFirst = other === rule ? false : precedes(other, rule);
      if (isFirst === false) continue;
      if (isFirst && other.unless === undefined) return undefined;
      assumptions.push(
        other.unless ?? `${nameOf(rule)} is older than ${nameOf(other)}, which matches the same requests`,
      );
    }
    return assumptions;
  }

  private takersOf(all: readonly ListedRule[], request: RoutedRequest): readonly ListedRule[] {
    const key = `${request.method} ${request.path}`;
    const known = this.takers.get(all);
    if (known?.key === key) return known.rules;
    const rules = all.filter((rule) => surelyHas(rule, request));
    this.takers.set(all, { key, rules });
    return rules;
  }
}

function withoutIdle(all: readonly ListedRule[]): readonly ListedRule[] {
  const ends = new Map<string, ListedRule[]>();
  for (const rule of all) if (rule.takesAll && rule.unless === undefined) addTo(ends, rule.list, rule);
  return all.filter((rule) => !ends.get(rule.list)?.some((end) => end !== rule && precedes(end, rule) === true));
}

function nameOf({ route: { manifest } }: ListedRule): string {
  return `${manifest.kind} ${refOf(manifest)}`;
}

/** Whether servers for a kind of rule look at nothing but hosts and ports, which were looked at before. */
function isForBytes({ source: { kind } }: ListedRule): boolean {
  return kind === 'tcp' || kind === 'tls' || kind === 'TCPRoute' || kind === 'TLSRoute';
}

function mayHave(rule: ListedRule, request: RoutedRequest): boolean {
  return isForBytes(rule) || mayTake(rule.body, request);
}

function surelyHas(rule: ListedRule, request: RoutedRequest): boolean {
  return isForBytes(rule) || takesSurely(rule.body, request);
}
