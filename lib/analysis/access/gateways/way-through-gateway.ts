import { field, type JsonValue, listAt, textAt } from '../../../base/json';
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
import { hostCovers } from '../../../upstream/istio/service-host';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../../upstream/kubernetes/api-groups';
import type { Verdict } from '../../policy/policy-set';
import type { Caller, Destination } from '../connector';
import type { Decision, WayThroughGateway } from '../decision';
import type { CallablePort } from '../destinations';
import type { QuestionedMesh } from '../questioned-mesh';
import type { RequestContent } from '../request';
import type { WorkloadProxy } from '../workload-proxy';

/** Decides about one port; handed in, as a decision about a caller outside asks for its ways in. */
type DecidePort = (model: QuestionedMesh, caller: Caller, port: CallablePort, request: RequestContent) => Decision;

/** A way to be decided, and which pods of the gateway it takes. */
interface Step extends Pick<WayThroughGateway, 'gateway' | 'route' | 'hosts' | 'takes' | 'assumptions'> {
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

/** The gateways that route to a destination, and what is decided on the way through each: there first, then at the callee. */
export function waysThroughGateways(
  model: QuestionedMesh,
  destination: Destination,
  request: RequestContent,
  decidePort: DecidePort,
): readonly WayThroughGateway[] {
  const steps = model.cluster
    .waysInTo(destination.workload, destination.podPort)
    .map((way) => step(model, destination, way, request));
  // One gateway may route to another, or to itself: the way to the first is all that is asked here.
  if (mayServe(model, destination.workload, destination.proxy.kind)) return steps.map((way) => undecided(way));
  return steps.map((way) => decideWay(model, destination, request, way, decidePort));
}

/**
 * What is decided about requests from outside that one Gateway brings to a port: all of its ways there together, without
 * those that are for other requests.
 */
export function decideThroughGateway(
  model: QuestionedMesh,
  through: string,
  port: CallablePort,
  request: RequestContent,
  decidePort: DecidePort,
): Decision {
  const all = port.destinations.flatMap((destination) =>
    waysThroughGateways(model, destination, request, decidePort).filter(({ gateway }) => gateway === through),
  );
  const ways = all.filter(({ verdict }) => verdict !== 'not-routed');
  const reason = { kind: 'through-gateway', gateway: through, ways } as const;
  const assumed = ways.flatMap(assumedOn);
  const last = ways.find(({ atCallee }) => atCallee !== undefined)?.atCallee;
  const onward = last ?? decidePort(model, { kind: 'outside' }, port, request);
  const about = { caller: { kind: 'outside', through } as const, waysIn: all };
  return onward.brought(about, { verdict: verdictOf(ways), reason }, assumed);
}

/** Whether pods may do what Gateways say: those with a sidecar do not (istio/istio pilot/pkg/model/context.go `SetGatewaysForProxy`). */
function mayServe(model: QuestionedMesh, workload: Workload, kind: WorkloadProxy['kind']): boolean {
  if (kind === 'sidecar' || kind === 'ambient') return false;
  return kind === 'gateway' || model.cluster.gatewayServers.of(workload).length > 0;
}

/** One answer for all ways if they agree; without any way nothing gets there. */
function verdictOf(ways: readonly WayThroughGateway[]): Verdict {
  const [only = 'denied', ...others] = new Set(ways.map(({ verdict }) => verdict));
  return others.length > 0 || only === 'not-routed' ? 'depends' : only;
}

function assumedOn({ takes, route, atGateway, assumptions }: WayThroughGateway): readonly string[] {
  return [
    ...assumptions,
    ...atGateway.flatMap(({ assumptions }) => assumptions),
    ...(takes.length > 0 ? [`the request matches ${route.kind} ${route.name}: ${takes.join(', ')}`] : []),
  ];
}

const ANY_REQUEST = { method: undefined, path: undefined };

/** What of a route the servers of its Gateway look at. */
function step(model: QuestionedMesh, { service, port }: Destination, way: WayIn, request: RequestContent): Step {
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

function undecided(
  { gateway, route, hosts, takes, assumptions }: Step,
  verdict: WayThroughGateway['verdict'] = 'depends',
): WayThroughGateway {
  return { gateway, route, hosts, takes, assumptions, verdict, atGateway: [], atCallee: undefined };
}

function decideWay(
  model: QuestionedMesh,
  destination: Destination,
  request: RequestContent,
  way: Step,
  decidePort: DecidePort,
): WayThroughGateway {
  const { gateway, route, hosts, takes, assumptions, pods, open } = way;
  const [workload] = pods;
  const host = hostOf(request);
  if (host !== undefined && open === undefined && !isForHost(way.hosts, host)) return undecided(way, 'not-routed');
  if (open?.length === 0) return undecided(way, host === undefined ? 'denied' : 'not-routed');
  if (way.rules.length === 0) return undecided(way, 'not-routed');
  if (workload === undefined || open === undefined || way.lacksGrant || way.isByEntry) return undecided(way);
  if (!mayServe(model, workload, model.proxyOf(workload).kind)) {
    const needed = `${workload.ref}, which the Gateway selects, is a gateway and has no sidecar`;
    return undecided({ ...way, assumptions: [...assumptions, needed] });
  }
  const numbers = new Set(open.filter(({ rules }) => rules.length > 0).map(({ server }) => server.port));
  // A route for one host is only for requests that have it.
  const [only = '', ...others] = way.hosts;
  const isKnown = host === undefined && others.length === 0 && only !== '' && !only.includes('*');
  const sent = isKnown ? { ...request, host: only } : request;
  const ports = model
    .portsOf(model.cluster.servicesOf(workload)[0] ?? workload)
    .filter(
      ({ port, destinations: [first] }) => numbers.has(port) || (first !== undefined && numbers.has(first.podPort)),
    );
  const outside: Caller = { kind: 'outside' };
  const atGateway = ports.map((port) =>
    decidePort(model, outside, port, port.protocol === 'tcp' ? bytesOf(sent) : sent),
  );
  const caller: Caller = { kind: 'workload', workload, proxy: model.proxyOf(workload) };
  const isBytes = ports.length > 0 && ports.every(({ protocol }) => protocol === 'tcp');
  const kept = changes(way) ? withoutTarget(sent) : way.isMirror ? withoutHost(sent) : sent;
  const onward = isBytes ? bytesOf(sent) : kept;
  const { sourceIp: _, originalClientIp: __, ...rest } = onward;
  const arriving = keepsToken(model, workload, rest.claims) ? rest : { ...rest, claims: null };
  const atCallee = decidePort(model, caller, portOf(model, destination), arriving);
  const decided = together(atGateway, atCallee);
  const verdict = decided === 'allowed' && !way.isSure ? 'depends' : decided;
  return { gateway, route, hosts, takes, assumptions, verdict, atGateway, atCallee };
}

/** The callee's port by itself, for its own pods alone. */
function portOf(model: QuestionedMesh, destination: Destination): CallablePort {
  const { service, workload, port, podPort } = destination;
  const known = model.portsOf(service ?? workload).find((one) => one.port === (service ? port : podPort));
  return { name: known?.name ?? '', port, protocol: known?.protocol ?? 'detect', destinations: [destination] };
}

/** Through any port of the gateway, and then to the callee. */
function together(atGateway: readonly Decision[], atCallee: Decision): Verdict {
  const verdicts = new Set(atGateway.map(({ verdict }) => verdict));
  if (atCallee.verdict === 'denied' || (verdicts.size === 1 && verdicts.has('denied'))) return 'denied';
  return atCallee.verdict === 'allowed' && verdicts.size === 1 && verdicts.has('allowed') ? 'allowed' : 'depends';
}

/** What is left of a request that is bytes to a proxy: TLS that it passes through. */
function bytesOf({ sourceIp, originalClientIp }: RequestContent): RequestContent {
  return { ...(sourceIp !== undefined && { sourceIp }), ...(originalClientIp !== undefined && { originalClientIp }) };
}

function withoutTarget({ path: _, host: __, headers: ___, ...request }: RequestContent): RequestContent {
  return request;
}

/** Copies of requests have another host (Envoy appends `-shadow` to it). */
function withoutHost({ host: _, headers, ...request }: RequestContent): RequestContent {
  const others = Object.entries(headers ?? {}).filter(([name]) => name.toLowerCase() !== 'host');
  return { ...request, ...(headers && { headers: Object.fromEntries(others) }) };
}

/** A gateway that verifies a token removes it unless it is configured to forward it (`forwardOriginalToken`). */
function keepsToken(model: QuestionedMesh, gateway: Workload, claims: RequestContent['claims']): boolean {
  if (claims == null) return true;
  const rules = model.cluster.requestAuthentications
    .policiesOf(gateway)
    .flatMap(({ body }) => listAt(body, 'spec', 'jwtRules'));
  const own = rules.filter((rule) => textAt(rule, 'issuer') === claims.iss);
  return own.length === 0 || own.some((rule) => field(rule, 'forwardOriginalToken') === true);
}

/** Whether the rules that may take a request change what they send on: the path, the host, or headers. */
function changes({ rules }: Step): boolean {
  return rules.some(
    (rule) =>
      field(rule, 'rewrite') !== undefined ||
      field(rule, 'headers') !== undefined ||
      listAt(rule, 'route').some((target) => field(target, 'headers') !== undefined) ||
      listAt(rule, 'filters').some((filter) => textAt(filter, 'type') !== 'RequestMirror'),
  );
}

function hostOf({ host, headers }: RequestContent): string | undefined {
  const named = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'host')?.[1];
  return (host ?? named)?.toLowerCase().replace(/:\d+$/, '');
}

function isForHost(hosts: readonly string[], host: string): boolean {
  return hosts.length === 0 || hosts.some((one) => hostCovers(one.toLowerCase(), host));
}
