import { addTo } from '../../base/add-to';
import { field, isObject, type JsonValue, listAt, numberAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL, type GatewayName, resolveGatewayName } from '../../upstream/istio/gateway-classes';
import { MESH_GATEWAY } from '../../upstream/istio/outbound-traffic';
import { resolveHost, type ServiceName, serviceOfHost } from '../../upstream/istio/service-host';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { httpRules } from './delegated-rules';
import { API_ROUTES, type RouteKind } from './gateway-servers';
import { isGranted } from './reference-grants';

/** A route from a Gateway to a Service. */
export interface GatewayRoute {
  /** The route's own object. */
  readonly manifest: Manifest;
  /** The Gateway it is attached to. */
  readonly gateway: GatewayName;
  /** Which of its listeners; one of the Gateway API may be for some only. */
  readonly listeners: readonly ListenerRef[];
  /** Whether it is attached to a ListenerSet of the Gateway, whose listeners are not read. */
  readonly isInListenerSet: boolean;
  /** Whether that is one of Istio's own, or of the Gateway API. */
  readonly api: typeof ISTIO_NETWORKING | typeof GATEWAY_API;
  /** Hosts it is for; empty for those of the Gateway. */
  readonly hosts: readonly string[];
  /** The Service it leads to. */
  readonly to: ServiceName;
  /** The port of that Service; undefined if the route does not say it. */
  readonly port: number | undefined;
  /** The rules of the route that lead there. */
  readonly rules: readonly RouteRule[];
  /** Whether a ReferenceGrant has to allow the route to lead there, and none does. */
  readonly lacksGrant: boolean;
  /** All rules of the route for the Gateway, in their order: what an earlier one takes does not get to a later one. */
  readonly all: readonly RouteRule[];
}

/** What a route says of the listeners it is for; undefined for what may be any. */
export interface ListenerRef {
  /** Name of the listener. */
  readonly name: string | undefined;
  /** Its port. */
  readonly port: number | undefined;
}

/** A rule of a route, as far as it is for the Gateway. */
export interface RouteRule {
  /** As it is written, without alternatives for other Gateways. */
  readonly body: JsonValue;
  /** Which servers look at it. */
  readonly kind: RouteKind;
}

/** A Service that a rule of a route leads to. */
interface RouteTarget {
  readonly to: ServiceName;
  readonly lacksGrant: boolean;
  readonly port: number | undefined;
  readonly rule: RouteRule;
}

const ANY_LISTENER: ListenerRef = { name: undefined, port: undefined };

/**
 * Every route from a Gateway to a port of a Service.
 *
 * @param exportTo who sees a VirtualService that does not say it
 */
export function gatewayRoutes(manifests: ManifestSet, exportTo: readonly string[]): readonly GatewayRoute[] {
  const ofIstio = manifests
    .ofKind('VirtualService', ISTIO_NETWORKING)
    .flatMap((manifest) => ofVirtualService(manifest, manifests, exportTo));
  const ofApi = API_ROUTES.flatMap((kind) =>
    manifests.ofKind(kind, GATEWAY_API).flatMap((manifest) => ofRoute(manifest, kind, manifests)),
  );
  return [...ofIstio, ...ofApi];
}

/** The pods that serve a Gateway. */
export function podsOfGateway(
  { gateway, api }: Pick<GatewayRoute, 'gateway' | 'api'>,
  manifests: ManifestSet,
  pods: LabelIndex<Workload>,
): readonly Workload[] {
  const { namespace, name } = gateway;
  if (api === GATEWAY_API) return pods.select({ [GATEWAY_NAME_LABEL]: name }, namespace);
  const manifest = manifests
    .ofKind('Gateway', api)
    .find((one) => one.name === name && (one.namespace ?? 'default') === namespace);
  const selector = textsAt(field(manifest?.body, 'spec', 'selector'));
  return Object.keys(selector).length === 0 ? [] : pods.select(selector, undefined);
}

function ofVirtualService(
  manifest: Manifest,
  manifests: ManifestSet,
  exportTo: readonly string[],
): readonly GatewayRoute[] {
  const namespace = manifest.namespace ?? 'default';
  const gateways = scalarTextsAt(manifest.body, 'spec', 'gateways').filter((name) => name !== MESH_GATEWAY);
  if (gateways.length === 0) return [];
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts');
  // Without hosts it is there for others to delegate to.
  if (hosts.length === 0) return [];
  const http = httpRules(manifest, manifests, exportTo).map((rule) => ({ ...rule, kind: 'http' as const }));
  const rules = [
    ...http,
    ...(['tcp', 'tls'] as const).flatMap((kind) =>
      listAt(manifest.body, 'spec', kind).map((body) => ({ body, kind, namespace })),
    ),
  ];
  return gateways.flatMap((written) => {
    const gateway = resolveGatewayName(written, namespace);
    const all = rules.flatMap((rule) => forGateway(rule, gateway, namespace));
    const passing = all.filter(({ body }) => !abortsAll(body));
    const targets = passing.flatMap((rule) =>
      weighted(listAt(rule.body, 'route')).flatMap((route): readonly RouteTarget[] => {
        const to = serviceOfHost(resolveHost(textAt(route, 'destination', 'host') ?? '', rule.namespace));
        const port = numberAt(route, 'destination', 'port', 'number');
        return to === undefined ? [] : [{ to, lacksGrant: false, port, rule }];
      }),
    );
    const about = {
      manifest,
      gateway,
      listeners: [ANY_LISTENER],
      isInListenerSet: false,
      api: ISTIO_NETWORKING,
      hosts,
      all,
    } as const;
    return byTarget(targets).map((target) => ({ ...about, ...target }));
  });
}

/** Whether a rule answers every request with an error by itself. */
function abortsAll(rule: JsonValue): boolean {
  return (numberAt(rule, 'fault', 'abort', 'percentage', 'value') ?? 0) >= 100;
}

/** Of several destinations, those that get a share (istio/istio pilot/pkg/networking/core/route/route.go `applyHTTPRouteDestination`). */
function weighted(routes: readonly JsonValue[]): readonly JsonValue[] {
  const used = routes.filter((route) => (field(route, 'weight') ?? 0) !== 0);
  // Without any weight the API server refuses several destinations.
  return used.length > 0 ? used : routes;
}

/** A rule without alternatives for other Gateways: egress gateways and sidecars often share a route. */
function forGateway<Rule extends RouteRule>(
  rule: Rule,
  { namespace, name }: GatewayName,
  own: string,
): readonly Rule[] {
  return narrowed(rule, (match) => {
    const gateways = scalarTextsAt(match, 'gateways').map((written) => resolveGatewayName(written, own));
    return gateways.length === 0 || gateways.some((one) => one.name === name && one.namespace === namespace);
  });
}

/** A rule with those of its alternatives that fit; none if it has alternatives and none fits. */
export function narrowed<Rule extends RouteRule>(rule: Rule, fits: (match: JsonValue) => boolean): readonly Rule[] {
  const matches = listAt(rule.body, 'match');
  const fitting = matches.filter(fits);
  if (fitting.length === matches.length || !isObject(rule.body)) return [rule];
  return fitting.length === 0 ? [] : [{ ...rule, body: { ...rule.body, match: fitting } }];
}

function ofRoute(manifest: Manifest, kind: RouteKind, manifests: ManifestSet): readonly GatewayRoute[] {
  const namespace = manifest.namespace ?? 'default';
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hostnames');
  const rules = listAt(manifest.body, 'spec', 'rules').map((body): RouteRule => ({ body, kind }));
  const targets = rules
    .filter(({ body }) => !listAt(body, 'filters').some((filter) => textAt(filter, 'type') === 'RequestRedirect'))
    .flatMap((rule) =>
      listAt(rule.body, 'backendRefs').flatMap((ref): readonly RouteTarget[] => {
        const to = backendOf(ref, namespace);
        const port = numberAt(ref, 'port');
        const isUsed = to !== undefined && port !== undefined && field(ref, 'weight') !== 0;
        // Hosts are not asked for one.
        const isElsewhere = to?.namespace !== namespace && textAt(ref, 'namespace') !== undefined;
        return isUsed ? [{ to, lacksGrant: isElsewhere && !isGranted(manifest, to, manifests), port, rule }] : [];
      }),
    );
  const byGateway = new Map<string, ApiParent[]>();
  for (const parent of apiParents(manifest)) {
    addTo(byGateway, `${parent.gateway.namespace}/${parent.gateway.name}`, parent);
  }
  const direct = [...byGateway.values()].flatMap((own) =>
    own.slice(0, 1).map(({ gateway }) => ({
      gateway,
      listeners: own.map(({ listener }) => listener),
      isInListenerSet: false,
    })),
  );
  const bySet = gatewaysOfListenerSets(manifest, manifests).map((gateway) => {
    return { gateway, listeners: [ANY_LISTENER], isInListenerSet: true };
  });
  return [...direct, ...bySet].flatMap((parent) =>
    byTarget(targets).map((target) => ({ manifest, ...parent, api: GATEWAY_API, hosts, all: rules, ...target })),
  );
}

/** The Service that a backend stands for: itself, one by its host, or one of several clusters (istio/istio pilot/pkg/config/kube/gateway/conversion.go `buildDestination`). */
function backendOf(ref: JsonValue, own: string): ServiceName | undefined {
  const name = textAt(ref, 'name') ?? '';
  const kind = `${textAt(ref, 'group') ?? ''}/${textAt(ref, 'kind') ?? 'Service'}`;
  if (kind === `${ISTIO_NETWORKING}/Hostname`) return serviceOfHost(name);
  const isService = kind === '/Service' || kind === 'multicluster.x-k8s.io/ServiceImport';
  return isService ? { namespace: textAt(ref, 'namespace') ?? own, name } : undefined;
}

/** The Gateways of the ListenerSets that a route names, as far as those are among the manifests. */
function gatewaysOfListenerSets(
  { body, namespace = 'default' }: Manifest,
  manifests: ManifestSet,
): readonly GatewayName[] {
  return listAt(body, 'spec', 'parentRefs').flatMap((ref) => {
    if (textAt(ref, 'kind') !== 'ListenerSet') return [];
    const own = textAt(ref, 'namespace') ?? namespace;
    const set = manifests.find('ListenerSet', own, textAt(ref, 'name') ?? '');
    const parent = field(set?.body, 'spec', 'parentRef');
    const name = textAt(parent, 'name');
    return name === undefined ? [] : [{ namespace: textAt(parent, 'namespace') ?? own, name }];
  });
}

/** A Gateway that a route of the Gateway API names. */
export interface ApiParent {
  /** The Gateway. */
  readonly gateway: GatewayName;
  /** Which of its listeners. */
  readonly listener: ListenerRef;
  /** Where the route says so. */
  readonly pointer: string;
}

/** The Gateways that a route of the Gateway API names. */
export function apiParents({ body, namespace = 'default' }: Manifest): readonly ApiParent[] {
  return listAt(body, 'spec', 'parentRefs').flatMap((ref, index) => {
    if ((textAt(ref, 'kind') ?? 'Gateway') !== 'Gateway' || (textAt(ref, 'group') ?? GATEWAY_API) !== GATEWAY_API)
      return [];
    const gateway = { namespace: textAt(ref, 'namespace') ?? namespace, name: textAt(ref, 'name') ?? '' };
    const listener = { name: textAt(ref, 'sectionName'), port: numberAt(ref, 'port') };
    return [{ gateway, listener, pointer: `/spec/parentRefs/${index}` }];
  });
}

/** One for each port of a Service, with all rules that lead there. */
function byTarget(
  targets: readonly RouteTarget[],
): readonly Pick<GatewayRoute, 'to' | 'port' | 'rules' | 'lacksGrant'>[] {
  const groups = new Map<string, RouteTarget[]>();
  for (const target of targets) {
    addTo(groups, `${target.to.namespace}/${target.to.name}:${target.port ?? ''}`, target);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const lacksGrant = group.every((target) => target.lacksGrant);
    return [{ to: first.to, port: first.port, lacksGrant, rules: group.map(({ rule }) => rule) }];
  });
}
