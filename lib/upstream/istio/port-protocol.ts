/** The filter chain of a port, or `detect` if the proxy detects the protocol from the first bytes. */
export type PortProtocol = 'http' | 'tcp' | 'udp' | 'detect';

const BY_NAME: ReadonlyMap<string, PortProtocol> = new Map([
  ['http', 'http'],
  ['http2', 'http'],
  ['http_proxy', 'http'],
  ['grpc', 'http'],
  ['tcp', 'tcp'],
  ['tls', 'tcp'],
  ['https', 'tcp'],
  ['mongo', 'tcp'],
  ['redis', 'tcp'],
  ['mysql', 'tcp'],
  ['udp', 'udp'],
]);

/** Kubernetes' own words for `appProtocol`, and the names of ports that say the same (istio/istio pkg/config/kube/conversion.go). */
export const STANDARD_APP_PROTOCOLS: ReadonlyMap<string, 'http' | 'http2' | 'https'> = new Map([
  ['kubernetes.io/h2c', 'http2'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);

/** Protocols of ports of Gateways and ServiceEntries, with what they are (istio/istio pkg/config/protocol/instance.go `Parse`). */
export const SERVER_PROTOCOLS: ReadonlyMap<string, 'http' | 'tls' | 'bytes'> = new Map([
  ...['HTTP', 'HTTP_PROXY', 'HTTP2', 'GRPC', 'GRPC-WEB', 'GRPC-WEB-TEXT'].map((name) => [name, 'http'] as const),
  ...['HTTPS', 'TLS'].map((name) => [name, 'tls'] as const),
  ...['TCP', 'UDP', 'MONGO', 'REDIS', 'MYSQL', 'HBONE', 'DOUBLE_HBONE'].map((name) => [name, 'bytes'] as const),
]);

/** Protocols of a ServiceEntry whose hosts are looked up for each request (istio/istio pkg/config/validation/validation.go `ValidateServiceEntry`). */
export const DYNAMIC_PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

/** Whether a proxy reads HTTP from a port of this protocol without TLS around it; in any case. */
export function speaksHttp(protocol: string): boolean {
  return SERVER_PROTOCOLS.get(protocol.toUpperCase()) === 'http';
}

/** Whether a server of a Gateway looks into HTTP: TLS that it passes on is bytes to it, whatever the protocol is called. */
export function readsHttp(protocol: string, passesTls: boolean): boolean {
  return speaksHttp(protocol) || (protocol.toUpperCase() === 'HTTPS' && !passesTls);
}

/** Whether connections of a protocol are distinguished by nothing but their address and port. */
export function isPlainTcp(protocol: string): boolean {
  const name = protocol.toUpperCase();
  return name !== 'UDP' && (SERVER_PROTOCOLS.get(name) ?? 'bytes') === 'bytes';
}

/** Service ports that mean TCP without a name: SMTP, DNS, MySQL and MongoDB, whose servers speak first. */
const TCP_BY_NUMBER: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** What a Service says of one of its ports. */
export interface DeclaredPort {
  /** `TCP`, which is the default, `UDP` or `SCTP`. */
  readonly transport?: string | undefined;
  /** `appProtocol`; where it is given, the name is not read. */
  readonly appProtocol?: string | undefined;
  /** Empty if it has none. */
  readonly name: string;
  /** Number of the Service's port. */
  readonly port: number;
}

/**
 * Which filter chain a Service port gets: by `appProtocol` alone if there is one, else by the name's first part, else by the
 * Service port's number (istio/istio pkg/config/kube/conversion.go).
 */
export function filterChainOf({ transport, appProtocol, name, port }: DeclaredPort): PortProtocol {
  if (transport === 'UDP') return 'udp';
  const said = STANDARD_APP_PROTOCOLS.get(appProtocol ?? '') ?? appProtocol ?? name;
  const known = BY_NAME.get(said.toLowerCase().split('-', 1)[0] ?? '');
  return known ?? (TCP_BY_NUMBER.has(port) ? 'tcp' : 'detect');
}
