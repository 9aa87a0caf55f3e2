import { isVariable } from '../../../base/is-variable';
import { type JsonObject, type JsonValue, listAt, scalarTextsAt } from '../../../base/json';
import { isIstioHostPattern } from '../../../upstream/istio/admission/admitted-names';
import { MESH_GATEWAY } from '../../../upstream/istio/outbound-traffic';
import { hostCovers } from '../../../upstream/istio/service-host';
import { isIpAddress, isIpBlock } from '../../../upstream/network/ip-address';
import { gatewayNameProblems, routeDestinationProblems } from './destinations';
import { exportToProblems } from './export-to';
import { httpRouteProblems } from './http-route';
import {
  absentAt,
  each,
  eachText,
  isGiven,
  labelProblems,
  lacking,
  NO_PROBLEMS,
  optionalPortProblems,
  type Problem,
  problemAt,
} from './problem';

/** What Istio refuses in a VirtualService (istio/istio pkg/config/validation/validation.go `ValidateVirtualService`). */
export function virtualServiceProblems(spec: JsonObject, namespace: string): readonly Problem[] {
  const hosts = scalarTextsAt(spec, 'hosts');
  const isDelegate = hosts.length === 0;
  const isForGateways = listAt(spec, 'gateways').length > 0 && !scalarTextsAt(spec, 'gateways').includes(MESH_GATEWAY);
  const notInDelegate = isDelegate ? ['gateways', 'tls', 'tcp'].filter((key) => isGiven(spec, key)) : [];
  const hasRules = ['http', 'tls', 'tcp'].some((key) => isGiven(spec, key));
  const isSni = listAt(spec, 'tls').some((rule) => listAt(rule, 'match').some((match) => isGiven(match, 'sniHosts')));
  const isHost = (host: string) =>
    isIstioHostPattern(host) || isIpAddress(host) || (isForGateways && isSni && host.startsWith('outbound_'));
  return [
    ...notInDelegate.map((key) => ({
      at: `/spec/${key}`,
      problem: `without hosts, ${key} is not allowed`,
    })),
    ...gatewayNameProblems(spec, '/spec'),
    ...eachText(spec, '/spec', 'hosts', (host) => (isHost(host) ? undefined : `"${host}" is not a host`)),
    ...(hosts.every(isHost) ? repeated(hosts) : NO_PROBLEMS),
    ...(hasRules ? NO_PROBLEMS : absentAt('/spec', 'there is no http, tls or tcp')),
    ...each(spec, '/spec', 'http', (rule, at) => httpRouteProblems(rule, at, isDelegate)),
    ...each(spec, '/spec', 'tls', (rule, at) => tlsProblems(rule, at, hosts, isForGateways)),
    ...each(spec, '/spec', 'tcp', tcpProblems),
    ...exportToProblems(spec, { namespace, mayBeHidden: false, isForPods: false }),
  ];
}

/** Hosts of which one is the other, or covers it. */
function repeated(hosts: readonly string[]): readonly Problem[] {
  const covers = (one: string, other: string) => one === other || (one.startsWith('*') && hostCovers(one, other));
  return hosts.flatMap((host, index) => {
    const earlier = hosts.slice(0, index).find((one) => covers(one, host) || covers(host, one));
    const problem = earlier === undefined ? undefined : `the hosts "${earlier}" and "${host}" overlap`;
    return problemAt(`/spec/hosts/${index}`, problem);
  });
}

function tlsProblems(
  rule: JsonValue,
  at: string,
  hosts: readonly string[],
  isForGateways: boolean,
): readonly Problem[] {
  return [
    ...lacking(rule, at, 'match', 'a tls rule has no match'),
    ...each(rule, at, 'match', (match, place) => [
      ...lacking(match, place, 'sniHosts', 'a tls match has no sniHosts'),
      ...eachText(match, place, 'sniHosts', (host) => {
        if (isIpAddress(host) || (isForGateways && host.startsWith('outbound_'))) return undefined;
        if (!isIstioHostPattern(host)) return `"${host}" is not a host`;
        const isIn = hosts.some((one) => one === host || one === '*' || isVariable(one) || hostCovers(one, host));
        return isIn ? undefined : `the SNI host "${host}" is not among the hosts`;
      }),
      ...connectionMatchProblems(match, place),
    ]),
    ...lacking(rule, at, 'route', 'a tls rule has no route'),
    ...routeDestinationProblems(rule, at, false),
  ];
}

function tcpProblems(rule: JsonValue, at: string): readonly Problem[] {
  return [
    ...each(rule, at, 'match', connectionMatchProblems),
    ...lacking(rule, at, 'route', 'a tcp rule has no route'),
    ...routeDestinationProblems(rule, at, false),
  ];
}

function connectionMatchProblems(match: JsonValue, at: string): readonly Problem[] {
  return [
    ...eachText(match, at, 'destinationSubnets', (block) =>
      isIpBlock(block) ? undefined : `"${block}" is not an IP address or CIDR`,
    ),
    ...optionalPortProblems(match, at, 'port'),
    ...labelProblems(match, at, 'sourceLabels'),
    ...gatewayNameProblems(match, at),
  ];
}
