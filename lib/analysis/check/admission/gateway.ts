import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, type JsonValue, numberAt, textAt } from '../../../base/json';
import {
  isIstioHostPattern,
  isIstioName,
  isPartialWildcard,
  isUnixAddress,
  UNIX_ADDRESS,
} from '../../../upstream/istio/admission/admitted-names';
import { SERVER_PROTOCOLS } from '../../../upstream/istio/port-protocol';
import { isIpAddress } from '../../../upstream/network/ip-address';
import {
  each,
  eachText,
  emptyAt,
  isGiven,
  lacking,
  NO_PROBLEMS,
  type Problem,
  portProblems,
  problemAt,
  repeatedProblems,
} from './problem';
import { serverTlsProblem } from './server-tls';

/** What Istio refuses in the servers of a Gateway (istio/istio pkg/config/validation/validation.go `ValidateGateway`). */
export function gatewayProblems(spec: JsonObject): readonly Problem[] {
  return [
    ...lacking(spec, '/spec', 'servers', 'the Gateway has no servers'),
    ...each(spec, '/spec', 'servers', serverProblems),
    ...repeatedProblems(
      spec,
      '/spec',
      'servers',
      (server) => textAt(server, 'port', 'name') || undefined,
      (name) => `two servers have the port name "${name}"`,
      '/port/name',
    ),
  ];
}

function serverProblems(server: JsonValue, at: string): readonly Problem[] {
  const tls = tlsProblem(server);
  return [
    ...emptyAt(server, at, 'hosts', 'a server has no hosts'),
    ...eachText(server, at, 'hosts', hostProblem),
    ...portProblemsOf(server, at),
    // What is filled in later is not known yet.
    ...(isVariable(JSON.stringify(server))
      ? NO_PROBLEMS
      : problemAt(at, tls === undefined ? undefined : `a server has ${tls}`)),
  ];
}

function hostProblem(text: string): string | undefined {
  const slash = text.indexOf('/');
  const host = text.slice(slash + 1);
  const namespace = slash < 0 ? '.' : text.slice(0, slash);
  if (namespace !== '*' && namespace !== '.' && !isIstioName(namespace))
    return `"${namespace}" in the host "${text}" is not a namespace`;
  if (host !== '*' && !host.includes('.') && !isIpAddress(host))
    return `the host "${text}" is a short name; write the full host`;
  if (isPartialWildcard(host)) return `the wildcard of "${host}" is not a whole label`;
  return isIstioHostPattern(host) || isIpAddress(host) ? undefined : `"${host}" is not a host`;
}

function portProblemsOf(server: JsonValue, at: string): readonly Problem[] {
  const port = field(server, 'port');
  if (!isObject(port)) return NO_PROBLEMS;
  const bind = textAt(server, 'bind') ?? '';
  const socket = bind.startsWith(UNIX_ADDRESS) ? bind.slice(UNIX_ADDRESS.length) : undefined;
  const number = numberAt(port, 'number');
  const isAddress = bind === '' || isVariable(bind) || isIpAddress(bind);
  return [
    ...emptyAt(port, `${at}/port`, 'name', 'the port of a server has no name'),
    ...(isGiven(port, 'targetPort') && numberAt(port, 'targetPort') !== 0
      ? problemAt(`${at}/port/targetPort`, 'targetPort has no effect on a Gateway')
      : NO_PROBLEMS),
    ...(socket === undefined
      ? [
          ...portProblems(port, `${at}/port`, 'number'),
          ...problemAt(`${at}/bind`, isAddress ? undefined : `"${bind}" is not an IP address`),
        ]
      : [
          ...problemAt(
            `${at}/bind`,
            isUnixAddress(socket) ? undefined : `"${socket}" is not the absolute path of a socket`,
          ),
          ...problemAt(`${at}/port/number`, number ? 'the port of a server at a socket is not 0' : undefined),
        ]),
  ];
}

/** What is wrong with the protocol of a server and its TLS. */
function tlsProblem(server: JsonValue): string | undefined {
  const protocol = (textAt(server, 'port', 'protocol') ?? '').toUpperCase();
  const spoken = SERVER_PROTOCOLS.get(protocol);
  if (protocol !== '' && spoken === undefined) return `the unknown protocol ${protocol}`;
  const tls = field(server, 'tls');
  if (spoken === 'tls' && tls == null) return `protocol ${protocol} but no tls`;
  if (!isObject(tls)) return undefined;
  if (spoken === 'bytes') return `tls with protocol ${protocol}; for TLS over TCP the protocol is TLS`;
  const mode = textAt(tls, 'mode') ?? 'PASSTHROUGH';
  const hasFiles = ['serverCertificate', 'privateKey', 'caCertificates'].some((name) => isGiven(tls, name));
  const isPlain = /^(?:AUTO_)?PASSTHROUGH$/.test(mode) && !hasFiles;
  if (spoken === 'http' && !isPlain) return `TLS settings with protocol ${protocol}, which is plain text`;
  return serverTlsProblem(tls);
}
