import { isVariable } from '../../../base/is-variable';
import { type JsonObject, type JsonValue, listAt, numberAt, objectAt, scalarTextsAt, textAt } from '../../../base/json';
import { toPointer } from '../../../base/json-pointer';
import {
  isAddressOrHost,
  isIstioHost,
  isIstioHostPattern,
  isUnixAddress,
  UNIX_ADDRESS,
} from '../../../upstream/istio/admission/admitted-names';
import { DYNAMIC_PROTOCOLS, SERVER_PROTOCOLS } from '../../../upstream/istio/port-protocol';
import { isIpAddress, isIpBlock } from '../../../upstream/network/ip-address';
import { exportToProblems } from './export-to';
import {
  each,
  eachText,
  isGiven,
  labelProblems,
  NO_PROBLEMS,
  nameProblem,
  oneText,
  optionalPortProblems,
  type Problem,
  portProblems,
  problemAt,
  repeatedProblems,
} from './problem';

/** What Istio refuses in a ServiceEntry (istio/istio pkg/config/validation/validation.go `ValidateServiceEntry`). */
export function serviceEntryProblems(spec: JsonObject, namespace: string): readonly Problem[] {
  const resolution = textAt(spec, 'resolution') ?? 'NONE';
  const endpoints = listAt(spec, 'endpoints').length;
  const byDns = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  const hasBlock = scalarTextsAt(spec, 'addresses').some((address) => address.includes('/'));
  const selects = Object.keys(objectAt(spec, 'workloadSelector')).length > 0;
  const open = (name: string) => name === 'NONE' || name === 'STATIC' || isVariable(name);
  return [
    ...eachText(spec, '/spec', 'hosts', (host) => {
      if (host === '*') return 'the host "*" matches everything';
      if (!isIstioHostPattern(host)) return `"${host}" is not a host`;
      if (byDns && endpoints === 0 && !isIstioHost(host))
        return `"${host}" cannot be resolved with resolution ${resolution}`;
      const isFixed = resolution === 'DYNAMIC_DNS' && !host.startsWith('*');
      return isFixed ? `"${host}" has no wildcard, which DYNAMIC_DNS requires` : undefined;
    }),
    ...eachText(spec, '/spec', 'addresses', (address) =>
      isIpBlock(address) ? undefined : `"${address}" is not an IP address or CIDR`,
    ),
    ...(hasBlock && !open(resolution)
      ? problemAt('/spec/addresses', `a CIDR requires resolution NONE or STATIC, not ${resolution}`)
      : NO_PROBLEMS),
    ...portsProblems(spec),
    ...(resolution === 'NONE' && endpoints > 0
      ? problemAt('/spec/endpoints', 'endpoints require a resolution other than NONE')
      : NO_PROBLEMS),
    ...(selects && endpoints > 0
      ? problemAt('/spec/endpoints', 'endpoints and workloadSelector are both set')
      : NO_PROBLEMS),
    ...(resolution === 'DNS_ROUND_ROBIN' && endpoints > 1
      ? problemAt('/spec/endpoints', 'DNS_ROUND_ROBIN allows at most one endpoint')
      : NO_PROBLEMS),
    ...(resolution === 'DYNAMIC_DNS' ? dynamicProblems(spec) : NO_PROBLEMS),
    ...(resolution === 'STATIC' || byDns
      ? each(spec, '/spec', 'endpoints', (endpoint, at) => endpointProblems(endpoint, at, spec, byDns))
      : NO_PROBLEMS),
    ...severalHosts(spec, resolution),
    ...exportToProblems(spec, { namespace, mayBeHidden: true, isForPods: false }),
  ];
}

function portsProblems(spec: JsonObject): readonly Problem[] {
  return [
    ...repeatedProblems(
      spec,
      '/spec',
      'ports',
      (port) => textAt(port, 'name'),
      (name) => `the port name "${name}" is used twice`,
      '/name',
    ),
    ...repeatedProblems(
      spec,
      '/spec',
      'ports',
      (port) => numberAt(port, 'number')?.toString(),
      (number) => `the port ${number} is listed twice`,
      '/number',
    ),
    ...each(spec, '/spec', 'ports', (port, at) => [
      ...oneText(port, at, 'name', nameProblem),
      ...oneText(port, at, 'protocol', protocolProblem),
      ...portProblems(port, at, 'number'),
      ...optionalPortProblems(port, at, 'targetPort'),
    ]),
  ];
}

/** What is wrong with the protocol of a port. */
export function protocolProblem(protocol: string): string | undefined {
  return SERVER_PROTOCOLS.has(protocol.toUpperCase()) ? undefined : `the protocol ${protocol} does not exist`;
}

function endpointProblems(endpoint: JsonValue, at: string, spec: JsonObject, byDns: boolean): readonly Problem[] {
  const ports = new Set(listAt(spec, 'ports').map((port) => textAt(port, 'name')));
  const address = textAt(endpoint, 'address') ?? '';
  const isSocket = address.startsWith(UNIX_ADDRESS);
  const isRight = byDns ? isAddressOrHost(address) : isSocket || isIpAddress(address);
  const what = byDns ? 'an IP address or a host' : 'an IP address, which STATIC requires';
  const lacksOne = isSocket && !byDns && listAt(spec, 'ports').length !== 1;
  return [
    ...(isRight || address === '' || isVariable(address)
      ? NO_PROBLEMS
      : problemAt(`${at}/address`, `"${address}" is not ${what}`)),
    ...(byDns ? NO_PROBLEMS : socketProblems(endpoint, at)),
    ...problemAt(`${at}/address`, lacksOne ? 'a socket address requires a ServiceEntry with one port' : undefined),
    ...Object.keys(objectAt(endpoint, 'ports')).flatMap((name) => [
      ...problemAt(
        `${at}${toPointer('ports', name)}`,
        ports.has(name) || isVariable(name) ? undefined : `the ServiceEntry has no port called "${name}"`,
      ),
      ...portProblems(objectAt(endpoint, 'ports'), `${at}/ports`, name),
    ]),
    ...labelProblems(endpoint, at, 'labels'),
  ];
}

/** What is wrong with the address of a Unix domain socket. */
export function socketProblems(endpoint: JsonValue, at: string): readonly Problem[] {
  const address = textAt(endpoint, 'address') ?? '';
  if (!address.startsWith(UNIX_ADDRESS) || isVariable(address)) return NO_PROBLEMS;
  const path = address.slice(UNIX_ADDRESS.length);
  return [
    ...problemAt(`${at}/address`, isUnixAddress(path) ? undefined : `"${path}" is not the absolute path of a socket`),
    ...problemAt(
      `${at}/ports`,
      isGiven(endpoint, 'ports') && Object.keys(objectAt(endpoint, 'ports')).length > 0
        ? 'a socket has no ports'
        : undefined,
    ),
  ];
}

function dynamicProblems(spec: JsonObject): readonly Problem[] {
  return [
    ...['addresses', 'endpoints'].flatMap((key) =>
      problemAt(`/spec/${key}`, isGiven(spec, key) ? `DYNAMIC_DNS does not allow ${key}` : undefined),
    ),
    ...each(spec, '/spec', 'ports', (port, at) =>
      oneText(port, at, 'protocol', (name) =>
        DYNAMIC_PROTOCOLS.has(name.toUpperCase())
          ? undefined
          : `DYNAMIC_DNS allows only the protocols ${[...DYNAMIC_PROTOCOLS].join(', ')}, not ${name}`,
      ),
    ),
  ];
}

/** Plain bytes say nothing of the host they are for, so that several hosts cannot be distinguished. */
function severalHosts(spec: JsonObject, resolution: string): readonly Problem[] {
  if (resolution === 'NONE' || isVariable(resolution) || listAt(spec, 'hosts').length < 2) return NO_PROBLEMS;
  const bytes = listAt(spec, 'ports').findIndex((port) => {
    const protocol = textAt(port, 'protocol') ?? '';
    return !isVariable(protocol) && (SERVER_PROTOCOLS.get(protocol.toUpperCase()) ?? 'bytes') === 'bytes';
  });
  return bytes < 0
    ? NO_PROBLEMS
    : problemAt(`/spec/ports/${bytes}`, 'there are several hosts, and a port is neither HTTP nor TLS');
}
