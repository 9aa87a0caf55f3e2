import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, type JsonValue, listAt, numberAt, textAt } from '../../../base/json';
import {
  isIstioHost,
  isIstioHostPattern,
  isIstioName,
  isPartialWildcard,
  isUnixAddress,
  UNIX_ADDRESS,
} from '../../../upstream/istio/admission/admitted-names';
import { SERVER_PROTOCOLS } from '../../../upstream/istio/port-protocol';
import { isIpAddress } from '../../../upstream/network/ip-address';
import { isPortText } from '../../../upstream/network/port-number';
import { destinationProblems } from './destinations';
import {
  absentAt,
  each,
  eachText,
  emptyAt,
  isGiven,
  NO_PROBLEMS,
  nameProblem,
  oneText,
  type Problem,
  portProblems,
  problemAt,
  repeatedProblems,
} from './problem';
import { serverTlsProblem } from './server-tls';
import { protocolProblem } from './service-entry';
import { connectionPoolProblems } from './traffic-policy';

/** Settings of TLS that a Gateway has and a Sidecar has not. */
const NOT_IN_SIDECAR = [
  'subjectAltNames',
  'httpsRedirect',
  'credentialName',
  'credentialNames',
  'tlsCertificates',
] as const;

/** What Istio refuses in a Sidecar (istio/istio pkg/config/validation/validation.go `ValidateSidecar`). */
export function sidecarProblems(spec: JsonObject): readonly Problem[] {
  const says = ['egress', 'ingress', 'outboundTrafficPolicy', 'inboundConnectionPool'].some((key) =>
    isGiven(spec, key),
  );
  return [
    ...(says ? NO_PROBLEMS : absentAt('/spec', 'there is no egress, ingress or outboundTrafficPolicy')),
    ...each(spec, '/spec', 'ingress', ingressProblems),
    ...repeatedPorts(spec, 'ingress'),
    ...connectionPoolProblems(field(spec, 'inboundConnectionPool'), '/spec/inboundConnectionPool'),
    ...egressOrder(spec),
    ...each(spec, '/spec', 'egress', egressProblems),
    ...repeatedPorts(spec, 'egress'),
    ...outboundProblems(field(spec, 'outboundTrafficPolicy'), '/spec/outboundTrafficPolicy'),
  ];
}

function portOf(listener: JsonValue, at: string): readonly Problem[] {
  const port = field(listener, 'port');
  return [
    ...oneText(port, `${at}/port`, 'name', nameProblem),
    ...oneText(port, `${at}/port`, 'protocol', protocolProblem),
    ...(isGiven(port, 'targetPort') ? problemAt(`${at}/port/targetPort`, 'targetPort has no effect') : NO_PROBLEMS),
  ];
}

function bindProblem(address: string): string | undefined {
  return isIpAddress(address) ? undefined : `"${address}" is not an IP address`;
}

function ingressProblems(listener: JsonValue, at: string): readonly Problem[] {
  const tls = field(listener, 'tls');
  const mode = textAt(tls, 'mode') ?? '';
  const protocol = textAt(listener, 'port', 'protocol') ?? '';
  const isTls = SERVER_PROTOCOLS.get(protocol.toUpperCase()) === 'tls';
  return [
    ...portOf(listener, at),
    ...portProblems(field(listener, 'port'), `${at}/port`, 'number'),
    ...oneText(listener, at, 'bind', bindProblem),
    ...oneText(listener, at, 'defaultEndpoint', endpointProblem),
    ...connectionPoolProblems(field(listener, 'connectionPool'), `${at}/connectionPool`),
    ...NOT_IN_SIDECAR.flatMap((key) =>
      isGiven(tls, key) && field(tls, key) !== false
        ? problemAt(`${at}/tls/${key}`, `${key} is allowed only in Gateways`)
        : NO_PROBLEMS,
    ),
    ...(/^(?:ISTIO_MUTUAL|AUTO_PASSTHROUGH)$/.test(mode)
      ? problemAt(`${at}/tls/mode`, `the mode ${mode} is allowed only in Gateways`)
      : NO_PROBLEMS),
    ...(isObject(tls) && !isTls && !isVariable(protocol)
      ? problemAt(`${at}/tls`, `tls is combined with protocol ${protocol} instead of HTTPS or TLS`)
      : NO_PROBLEMS),
    ...problemAt(`${at}/tls`, isObject(tls) ? serverTlsProblem(tls) : undefined),
  ];
}

function endpointProblem(endpoint: string): string | undefined {
  if (endpoint.startsWith(UNIX_ADDRESS)) {
    const path = endpoint.slice(UNIX_ADDRESS.length);
    return isUnixAddress(path) ? undefined : `"${path}" is not the absolute path of a socket`;
  }
  const [, host, port = ''] = /^(|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):(.*)$/.exec(endpoint) ?? [];
  const isRight = host !== undefined && isPortText(port) && Number(port) > 0;
  return isRight
    ? undefined
    : `the defaultEndpoint "${endpoint}" is not a port of 127.0.0.1, 0.0.0.0, [::1] or [::], or a socket`;
}

function egressOrder(spec: JsonObject): readonly Problem[] {
  const all = listAt(spec, 'egress');
  return all.flatMap((listener, index) => {
    const isEarly = isObject(listener) && field(listener, 'port') == null && index < all.length - 1;
    return problemAt(`/spec/egress/${index}`, isEarly ? 'a listener without a port is not the last one' : undefined);
  });
}

function egressProblems(listener: JsonValue, at: string): readonly Problem[] {
  const port = field(listener, 'port');
  const bind = textAt(listener, 'bind') ?? '';
  const mode = textAt(listener, 'captureMode') ?? 'DEFAULT';
  const isSocket = isObject(port) && (numberAt(port, 'number') ?? 0) === 0;
  const isRight = bind.startsWith(UNIX_ADDRESS) && isUnixAddress(bind.slice(UNIX_ADDRESS.length));
  const listens = isSocket
    ? [
        ...(isRight || isVariable(bind) || (isGiven(port, 'number') && numberAt(port, 'number') !== 0)
          ? NO_PROBLEMS
          : absentAt(at, 'a listener has neither a port number nor the absolute path of a socket in bind')),
        ...problemAt(
          `${at}/captureMode`,
          mode === 'IPTABLES' ? 'captureMode IPTABLES is not allowed for sockets' : undefined,
        ),
      ]
    : [
        ...portProblems(port, `${at}/port`, 'number'),
        ...(isObject(port) ? oneText(listener, at, 'bind', bindProblem) : []),
      ];
  return [
    ...portOf(listener, at),
    ...listens,
    ...emptyAt(listener, at, 'hosts', 'an egress listener has no hosts'),
    ...eachText(listener, at, 'hosts', egressHostProblem),
  ];
}

function egressHostProblem(text: string): string | undefined {
  const slash = text.indexOf('/');
  const host = text.slice(slash + 1);
  const namespace = text.slice(0, Math.max(slash, 0)).replace(/^~/, '');
  if (slash <= 0 || host === '') return `egress host "${text}" is not of the form <namespace>/<host>`;
  if (!['', '*', '.'].includes(namespace) && !isIstioName(namespace)) return `"${namespace}" is not a namespace`;
  if (host !== '*' && !host.includes('.')) return `egress host "${text}" is a short name; write the full host`;
  if (isPartialWildcard(host)) return `the wildcard of "${host}" is not a whole label`;
  return isIstioHostPattern(host) ? undefined : `"${host}" is not a host`;
}

/** Two listeners of one port, or of one socket. */
function repeatedPorts(spec: JsonObject, side: 'ingress' | 'egress'): readonly Problem[] {
  const placeOf = (listener: JsonValue) => {
    if (!isObject(field(listener, 'port'))) return undefined;
    const number = numberAt(listener, 'port', 'number') ?? 0;
    if (number !== 0) return String(number);
    return side === 'egress' ? textAt(listener, 'bind') || undefined : undefined;
  };
  return repeatedProblems(spec, '/spec', side, placeOf, (place) => `another listener also has ${place}`, '/port');
}

function outboundProblems(policy: JsonValue | undefined, at: string): readonly Problem[] {
  if (textAt(policy, 'mode') === 'ALLOW_ANY_DYNAMIC_DNS') {
    return problemAt(`${at}/mode`, 'ALLOW_ANY_DYNAMIC_DNS is allowed only in the mesh configuration');
  }
  const proxy = field(policy, 'egressProxy');
  if (!isObject(proxy)) return NO_PROBLEMS;
  // REGISTRY_ONLY is what a policy without a mode means.
  if (textAt(policy, 'mode') !== 'ALLOW_ANY')
    return problemAt(`${at}/egressProxy`, 'egressProxy requires mode ALLOW_ANY');
  return [
    ...oneText(proxy, `${at}/egressProxy`, 'host', (host) =>
      isIstioHost(host) ? undefined : `"${host}" is not a host`,
    ),
    ...(isGiven(proxy, 'port')
      ? destinationProblems({ ...proxy, host: 'a' }, `${at}/egressProxy`)
      : absentAt(`${at}/egressProxy`, 'egressProxy has no port')),
  ];
}
