import type { JsonValue } from '../../../base/json';
import type { Workload } from '../../../model/cluster/workload';
import { refOf } from '../../../model/documents/manifest';
import type { GatewayRoute } from '../../../model/gateways/attached-route';
import type { GatewayServer } from '../../../model/gateways/gateway-servers';
import { gatewaysNamed } from '../../../model/gateways/gateways-by-name';
import type { HostTable, RulesFor } from '../../../model/gateways/host-table';
import { tableOfRoute } from '../../../model/gateways/host-tables';
import { hostsOfRoute, routeAtServer } from '../../../model/gateways/route-at-server';
import { type RoutedRequest, takenBy } from '../../../model/gateways/route-match';
import type { WayIn } from '../../../model/gateways/ways-in';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../../upstream/kubernetes/api-groups';
import type { Destination } from '../connector';
import type { WayThroughGateway } from '../decision';
import type { QuestionedMesh } from '../questioned-mesh';
import type { RequestContent } from '../request';

/** A way to be decided, and which pods of the gateway it takes. */
export interface Step extends Pick<WayThroughGateway, 'gateway' | 'route' | 'hosts' | 'takes' | 'assumptions'> {
  readonly pods: readonly Workload[];
  /** Whether all that decides whether the route has the request is among the manifests. */
  readonly isSure: boolean;
  /** Whether a ServiceEntry or an InferencePool leads to the callee: how proxies connect then is not evaluated. */
  readonly isByEntry: boolean;
  /** Whether the callee only gets copies of requests. */
  readonly isMirror: boolean;
  /** Whether something has to allow the route to lead there that is not among the manifests. */
  readonly lacksGrant: boolean;
  /** The servers of the Gateway that have the route, with the rules that may take the request; undefined if none is among the manifests. */
  readonly open: readonly { readonly server: GatewayServer; readonly rules: readonly JsonValue[] }[] | undefined;
  /** All those rules. */
  readonly rules: readonly JsonValue[];
}

const ANY_REQUEST = { method: undefined, path: undefined };

/** What of a route the servers of its Gateway look at. */
export function stepOf(
  model: QuestionedMesh,
  { service, port }: Destination,
  way: WayIn,
  request: RequestContent,
): Step {
  const { route, pods } = way;
  const host = hostOf(request);
  const asked = { method: request.method, path: request.path?.replace(/[?#].*$/, '') };
  const gateway = `${route.gateway.namespace}/${route.gateway.name}`;
  const [workload] = pods;
  const servers =
    workload && route.listenerSet === undefined ? model.cluster.gatewayServers.ofGateway(workload, gateway) : undefined;
  const isKnown = servers !== undefined && servers.all.length > 0;
  const labelsOf = (name: string) => model.cluster.namespaceLabels(name);
  const isTarget = service?.name === route.to.name && service.namespace === route.to.namespace;
  const isOther = (number: number) =>
    route.port === undefined && isTarget && service.ports.length > 1 && number !== port;
  const seen = (servers?.sharing(hostsOfRoute(route)) ?? [])
    // Without a port in the route, that of the server is the Service's too unless there is only one.
    .filter((server) => !server.redirects && !isOther(server.port))
    .map((server) => ({ server, at: routeAtServer(route, server, labelsOf) }))
    .filter(({ at }) => at.rules.some(({ source }) => route.rules.includes(source)))
    .map(({ server, at }) => ({ server, at, table: workload && model.cluster.hostTables.of(workload, server) }))
    .flatMap(({ server, at, table }) =>
      table === undefined ? [] : [{ server, at, ...lookUp(table, route, host, asked) }],
    )
    .filter(({ any }) => any.rules.length > 0);
  const found = isKnown ? seen : [lookUp(tableOfRoute(route), route, undefined, asked)];
  const taken = found.flatMap(({ any }) => any.rules).map(takenBy);
  const isUnsure = seen.length > 0 && seen.every(({ at }) => at.dependsOnLabels);
  const { namespace = 'default' } = route.manifest;
  const rivals = found.some(({ own }) => own.rules.length > 0 && own.assumptions.length === 0)
    ? []
    : found.flatMap(({ own }) => own.assumptions);
  const unknown = [...new Set([...changedLater(model, route), ...rivals])];
  return {
    gateway,
    route: route.manifest,
    hosts: route.hosts,
    takes: taken.some((texts) => texts.length === 0) ? [] : [...new Set(taken.flat())],
    assumptions: [
      ...(isUnsure ? [`namespace ${namespace} has the labels that Gateway ${gateway} requires for routes`] : []),
      ...(route.listenerSet === undefined
        ? []
        : [`a listener of ListenerSet ${route.listenerSet}, which is not evaluated, accepts the route`]),
      ...(route.lacksGrant
        ? [
            `a ReferenceGrant in namespace ${route.to.namespace} allows ${route.manifest.kind} ${refOf(route.manifest)} to refer to it`,
          ]
        : []),
      ...unknown,
      ...(isOfGatewayApiOnly(model, route)
        ? [
            `Gateway ${gateway} of ${ISTIO_NETWORKING} exists: VirtualServices do not attach to the Gateway API’s Gateway of that name`,
          ]
        : []),
      ...(route.pods === undefined
        ? []
        : [
            `the callee allows requests through ${route.pods.by} ${route.to.namespace}/${route.to.name}, which is not evaluated`,
          ]),
    ],
    isByEntry: route.pods !== undefined,
    isSure: unknown.length === 0,
    isMirror: route.isMirror,
    lacksGrant: route.lacksGrant,
    pods,
    open: isKnown ? seen.map(({ server, own }) => ({ server, rules: own.rules })) : undefined,
    rules: found.flatMap(({ own }) => own.rules),
  };
}

/** What of the rules that lead to the Service may have any request, and what may have the one that is asked about. */
function lookUp(
  table: HostTable,
  route: GatewayRoute,
  host: string | undefined,
  asked: RoutedRequest,
): { readonly any: RulesFor; readonly own: RulesFor } {
  const rulesFor = (request: RoutedRequest) => table.rulesFor(route, route.rules, host, request);
  return { any: rulesFor(ANY_REQUEST), own: rulesFor(asked) };
}

/** Whether a VirtualService names a Gateway of the Gateway API, of which istiod calls each listener otherwise (istio/istio pkg/config/gateway/kube/gatewayapi.go). */
function isOfGatewayApiOnly({ manifests }: QuestionedMesh, { api, gateway }: GatewayRoute): boolean {
  const isThere = (group: GatewayRoute['api']) => gatewaysNamed(gateway, group, manifests).length > 0;
  return api === ISTIO_NETWORKING && !isThere(ISTIO_NETWORKING) && isThere(GATEWAY_API);
}

/** What kustomize may change about a way before it is applied. */
function changedLater({ manifests }: QuestionedMesh, route: GatewayRoute): readonly string[] {
  const gateways = gatewaysNamed(route.gateway, route.api, manifests);
  return [route.manifest, ...gateways].flatMap((one) => {
    const file = manifests.changedBy(one);
    return file === undefined ? [] : [`${file} changes nothing of ${one.kind} ${refOf(one)} that matters here`];
  });
}

/** The host that a request is for; undefined if it states none. */
export function hostOf({ host, headers }: RequestContent): string | undefined {
  const named = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'host')?.[1];
  return (host ?? named)?.toLowerCase().replace(/:\d+$/, '');
}
