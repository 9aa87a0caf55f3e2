/** The filter chain of a port, or `detect` where the proxy has to guess it from the first bytes. */
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

const BY_APP_PROTOCOL: ReadonlyMap<string, PortProtocol> = new Map([
  ['kubernetes.io/h2c', 'http'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'tcp'],
]);

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
  const said = appProtocol === undefined ? undefined : BY_APP_PROTOCOL.get(appProtocol);
  const known = said ?? BY_NAME.get((appProtocol ?? name).toLowerCase().split('-', 1)[0] ?? '');
  return known ?? (TCP_BY_NUMBER.has(port) ? 'tcp' : 'detect');
}
