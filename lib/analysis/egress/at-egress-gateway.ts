import { field, type JsonValue, listAt, numberAt, scalarTextsAt, textAt } from '../../base/json';
import type { Workload } from '../../model/cluster/workload';
import type { Manifest } from '../../model/documents/manifest';
import { isForSidecars } from '../../upstream/istio/outbound-traffic';
import { hostCovers, resolveHost, serviceOfHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { describeReason } from '../access/explain';
import type { QuestionedMesh } from '../access/questioned-mesh';
import { bareFacts } from '../policy/bare-facts';
import type { EgressOutcome } from './explain-egress';

/** A host that a caller's proxy sends to a gateway of the mesh. */
export interface GatewayDetour {
  /** The VirtualService that routes it there. */
  readonly route: Manifest;
  /** The host in the question. */
  readonly host: string;
  /** Undefined if the question names none. */
  readonly port: number | undefined;
}

/**
 * What the policies of an egress gateway decide about a caller that uses the host as TLS server name. Undefined where
 * more than that decides: several routes, a gateway that is not in the manifests, or a connection without the caller's
 * identity.
 */
export function decideAtEgressGateway(
  model: QuestionedMesh,
  caller: Workload,
  { route, host, port }: GatewayDetour,
): EgressOutcome | undefined {
  const destination = onlyDestination(route, host, port);
  const target = resolveHost(textAt(destination, 'host') ?? '', route.namespace ?? 'default');
  const name = serviceOfHost(target);
  const number = numberAt(destination, 'port', 'number');
  if (name === undefined || number === undefined) return undefined;
  const service = model.findCallee(`${name.namespace}/${name.name}`);
  if ('verdict' in service || !bringsIdentity(model, target, textAt(destination, 'subset'), number, host))
    return undefined;
  const entrance = model.portsOf(service).find((each) => each.port === number);
  const [gateway, ...others] = entrance?.destinations ?? [];
  if (entrance === undefined || gateway?.proxy.kind !== 'gateway' || others.length > 0) return undefined;
  const servers = model.cluster.gatewayServers
    .of(gateway.workload)
    .filter((server) => server.port === number || server.port === gateway.podPort)
    .filter(({ hosts }) => hosts.some((one) => hostCovers(one.host, host)));
  if (servers.length === 0 || servers.some(({ tls, protocol }) => tls !== 'istio-mutual' || protocol !== 'tcp'))
    return undefined;
  const proxy = model.proxyOf(caller);
  const identity = 'identity' in proxy ? proxy.identity : undefined;
  if (identity === undefined) return undefined;
  const facts = { ...bareFacts(identity, gateway.podPort), sni: host, claims: null };
  const { verdict, reason } = model.policySetOf(gateway.workload).decide('tcp', facts);
  if (verdict === 'depends') return undefined;
  const way = `VirtualService ${route.namespace ?? 'default'}/${route.name} sends it to ${gateway.workload.ref}`;
  return {
    reach: verdict === 'denied' ? 'blocked' : 'reachable',
    because: `${way}, which sees ${identity}: ${describeReason(reason)}`,
    notes: verdict === 'denied' ? [] : ['where the gateway routes it is not evaluated'],
  };
}

/** Where the one route for the host's TLS leads; undefined if there are several, or other conditions on it. */
function onlyDestination({ body }: Manifest, host: string, port: number | undefined): JsonValue | undefined {
  if (listAt(body, 'spec', 'http').length > 0) return undefined;
  // A rule without gateways is for those of the VirtualService, of which `mesh` is one.
  const forSidecars = (match: JsonValue) => isForSidecars(scalarTextsAt(match, 'gateways'));
  const rules = ['tls', 'tcp'].flatMap((protocol) => listAt(body, 'spec', protocol));
  const own = rules.filter((rule) => {
    const matches = listAt(rule, 'match');
    return matches.length === 0 || matches.some(forSidecars);
  });
  const [rule, ...others] = own;
  const [match, ...moreMatches] = listAt(rule, 'match').filter(forSidecars);
  const [target, ...moreTargets] = listAt(rule, 'route');
  if (others.length + moreMatches.length + moreTargets.length > 0 || match === undefined) return undefined;
  const wanted = field(match, 'port');
  const isForHost = scalarTextsAt(match, 'sniHosts').some((one) => hostCovers(one, host));
  const hasOtherConditions = ['destinationSubnets', 'sourceLabels', 'sourceNamespace'].some(
    (key) => field(match, key) !== undefined,
  );
  if (!isForHost || hasOtherConditions || (port !== undefined && wanted !== undefined && wanted !== port))
    return undefined;
  return field(target, 'destination');
}

/** Whether sidecars come to the gateway with mutual TLS of the mesh, and the host as its server name. */
function bringsIdentity(
  { manifests }: QuestionedMesh,
  target: string,
  subset: string | undefined,
  port: number,
  host: string,
): boolean {
  const rules = manifests
    .ofKind('DestinationRule', ISTIO_NETWORKING)
    .filter(
      ({ body, namespace }) => resolveHost(textAt(body, 'spec', 'host') ?? '', namespace ?? 'default') === target,
    );
  const [only, ...others] = rules;
  if (only === undefined || others.length > 0) return false;
  const own = listAt(only.body, 'spec', 'subsets').find((one) => textAt(one, 'name') === subset);
  if (subset !== undefined && own === undefined) return false;
  const policies = [field(own, 'trafficPolicy'), field(only.body, 'spec', 'trafficPolicy')];
  const settings = policies.flatMap((policy) => [
    field(
      listAt(policy, 'portLevelSettings').find((level) => field(level, 'port', 'number') === port),
      'tls',
    ),
    field(policy, 'tls'),
  ]);
  const tls = settings.find((one) => one !== undefined);
  return textAt(tls, 'mode') === 'ISTIO_MUTUAL' && textAt(tls, 'sni') === host;
}
