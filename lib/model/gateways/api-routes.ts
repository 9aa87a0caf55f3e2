import { addTo } from '../../base/add-to';
import { field, type JsonValue, listAt, numberAt, scalarTextsAt, textAt } from '../../base/json';
import type { GatewayName } from '../../upstream/istio/gateway-classes';
import { serviceHost } from '../../upstream/istio/service-host';
import {
  GATEWAY_API,
  GATEWAY_API_EXPERIMENTAL,
  INFERENCE_GROUPS,
  ISTIO_NETWORKING,
} from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import {
  ANY_LISTENER,
  type AttachedRoute,
  type ListenerRef,
  type RouteRule,
  type RouteTarget,
  type RouteWithTargets,
  withTargets,
} from './attached-route';
import type { RouteKind } from './gateway-servers';
import { isGranted } from './reference-grants';
import { backendOfHost, backendOfPool, type RouteBackend } from './route-backends';

/** A route of the Gateway API at each Gateway that it names. */
export function apiRoutes(manifest: Manifest, kind: RouteKind, manifests: ManifestSet): readonly RouteWithTargets[] {
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hostnames');
  const all = listAt(manifest.body, 'spec', 'rules').map((body): RouteRule => ({ body, kind }));
  const targets = all.flatMap((rule) => targetsOf(rule, manifest, manifests));
  const byGateway = new Map<string, ApiParent[]>();
  for (const parent of apiParents(manifest)) {
    addTo(byGateway, `${parent.gateway.namespace}/${parent.gateway.name}`, parent);
  }
  const direct = [...byGateway.values()].flatMap((own) =>
    own.slice(0, 1).map(({ gateway }) => ({
      gateway,
      listeners: own.map(({ listener }) => listener),
      listenerSet: undefined,
    })),
  );
  const bySet = listenerSetParents(manifest, manifests);
  return [...direct, ...bySet].map((parent) =>
    withTargets({ manifest, ...parent, api: GATEWAY_API, hosts, all }, targets),
  );
}

/** The Services that get what a rule takes, or copies of it. */
function targetsOf(rule: RouteRule, manifest: Manifest, manifests: ManifestSet): readonly RouteTarget[] {
  const namespace = manifest.namespace ?? 'default';
  const filters = listAt(rule.body, 'filters');
  if (filters.some((filter) => textAt(filter, 'type') === 'RequestRedirect')) return [];
  const toTarget =
    (isMirror: boolean) =>
    (ref: JsonValue): readonly RouteTarget[] => {
      const backend = backendOf(ref, namespace, manifests);
      // A pool has a port of its own.
      const port = backend?.pods?.by === 'InferencePool' ? undefined : numberAt(ref, 'port');
      if (backend === undefined || (port === undefined && backend.pods?.by !== 'InferencePool')) return [];
      const { to } = backend;
      // Hosts are not asked for one.
      const isElsewhere = to.namespace !== namespace && textAt(ref, 'namespace') !== undefined;
      return [{ ...backend, lacksGrant: isElsewhere && !isGranted(manifest, to, manifests), port, isMirror, rule }];
    };
  const backends = listAt(rule.body, 'backendRefs').filter((ref) => field(ref, 'weight') !== 0);
  // Without a backend istiod answers 500 by itself, and sends no copies.
  const copies = backends.length === 0 ? [] : filters.flatMap(copyOf);
  return [...backends.flatMap(toTarget(false)), ...copies.flatMap(toTarget(true))];
}

/** Where a filter sends copies of requests. */
function copyOf(filter: JsonValue): readonly JsonValue[] {
  const mirror = textAt(filter, 'type') === 'RequestMirror' ? field(filter, 'requestMirror') : undefined;
  const isNone = field(mirror, 'percent') === 0 || field(mirror, 'fraction', 'numerator') === 0;
  const ref = field(mirror, 'backendRef');
  return ref === undefined || isNone ? [] : [ref];
}

/** The Service that a backend stands for: itself, one by its host, or one of several clusters (istio/istio pilot/pkg/config/kube/gateway/conversion.go `buildDestination`). */
function backendOf(ref: JsonValue, own: string, manifests: ManifestSet): RouteBackend | undefined {
  const name = textAt(ref, 'name') ?? '';
  const kind = `${textAt(ref, 'group') ?? ''}/${textAt(ref, 'kind') ?? 'Service'}`;
  if (kind === `${ISTIO_NETWORKING}/Hostname`) return backendOfHost(name, manifests);
  const isPool = textAt(ref, 'kind') === 'InferencePool' && INFERENCE_GROUPS.has(textAt(ref, 'group') ?? '');
  if (isPool) return backendOfPool(textAt(ref, 'namespace') ?? own, name, manifests);
  const isService = kind === '/Service' || kind === 'multicluster.x-k8s.io/ServiceImport';
  return isService
    ? backendOfHost(serviceHost({ namespace: textAt(ref, 'namespace') ?? own, name }), manifests)
    : undefined;
}

/** Sets of listeners that other objects add to a Gateway, which are not read, with their groups; the second name is the older one. */
const LISTENER_SETS: ReadonlyMap<string, string> = new Map([
  ['ListenerSet', GATEWAY_API],
  ['XListenerSet', GATEWAY_API_EXPERIMENTAL],
]);

/** The Gateways of the ListenerSets that a route names; a set that is not among the manifests stands for its own. */
function listenerSetParents(
  { body, namespace = 'default' }: Manifest,
  manifests: ManifestSet,
): readonly Pick<AttachedRoute, 'gateway' | 'listeners' | 'listenerSet'>[] {
  return listAt(body, 'spec', 'parentRefs').flatMap((ref) => {
    const kind = textAt(ref, 'kind') ?? 'Gateway';
    if (LISTENER_SETS.get(kind) !== (textAt(ref, 'group') ?? GATEWAY_API)) return [];
    const own = { namespace: textAt(ref, 'namespace') ?? namespace, name: textAt(ref, 'name') ?? '' };
    const set = manifests.find(kind, own.namespace, own.name);
    const parent = field(set?.body, 'spec', 'parentRef');
    const name = textAt(parent, 'name');
    const gateway = name === undefined ? own : { namespace: textAt(parent, 'namespace') ?? own.namespace, name };
    return [{ gateway, listeners: [ANY_LISTENER], listenerSet: `${own.namespace}/${own.name}` }];
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
