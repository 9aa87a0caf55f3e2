import { field, listAt, textAt } from '../../../base/json';
import type { Workload } from '../../../model/cluster/workload';
import { hostCovers } from '../../../upstream/istio/service-host';
import type { Verdict } from '../../policy/policy-set';
import type { Caller, Destination } from '../connector';
import type { Decision, WayThroughGateway } from '../decision';
import type { CallablePort } from '../destinations';
import type { QuestionedMesh } from '../questioned-mesh';
import type { RequestContent } from '../request';
import type { WorkloadProxy } from '../workload-proxy';
import { hostOf, type Step, stepOf } from './gateway-step';

/** Decides about one port; handed in, as a decision about a caller outside asks for its ways in. */
type DecidePort = (model: QuestionedMesh, caller: Caller, port: CallablePort, request: RequestContent) => Decision;

/** The gateways that route to a destination, and what is decided on the way through each: there first, then at the callee. */
export function waysThroughGateways(
  model: QuestionedMesh,
  destination: Destination,
  request: RequestContent,
  decidePort: DecidePort,
): readonly WayThroughGateway[] {
  const steps = model.cluster
    .waysInTo(destination.workload, destination.podPort)
    .map((way) => stepOf(model, destination, way, request));
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

function isForHost(hosts: readonly string[], host: string): boolean {
  return hosts.length === 0 || hosts.some((one) => hostCovers(one.toLowerCase(), host));
}
