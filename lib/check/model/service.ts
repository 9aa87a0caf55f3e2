import { field, isObject, listAt, type Manifest, textAt, textsAt } from '../../manifests';

/** What Istio takes the traffic of a port for. `unknown`: it looks at the first bytes, if the client sends any. */
export type PortProtocol = 'http' | 'tcp' | 'udp' | 'unknown';

/** A port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  /** Number of the Service port, which clients dial. */
  readonly number: number;
  /** Number or name of the port in the pod. */
  readonly target: number | string;
  readonly protocol: PortProtocol;
  readonly pointer: string;
}

/** A Service, with the protocols Istio gives its ports. */
export interface Service {
  readonly manifest: Manifest;
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly headless: boolean;
  readonly ports: readonly ServicePort[];
}

const HTTP_NAMES: ReadonlySet<string> = new Set(['http', 'http2', 'http_proxy', 'grpc']);
const TCP_NAMES: ReadonlySet<string> = new Set(['tcp', 'tls', 'https', 'mongo', 'redis', 'mysql']);
const APP_PROTOCOLS: ReadonlyMap<string, PortProtocol> = new Map([
  ['kubernetes.io/h2c', 'http'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'tcp'],
]);

/** Service ports Istio knows to be server-first and takes for TCP: SMTP, DNS, MySQL, MongoDB. */
const TCP_PORTS: ReadonlySet<number> = new Set([25, 53, 3306, 27017]);

/** Reads a Service manifest. */
export function toService(manifest: Manifest): Service {
  return {
    manifest,
    name: manifest.name,
    namespace: manifest.namespace ?? 'default',
    selector: textsAt(manifest.body, 'spec', 'selector'),
    headless: textAt(manifest.body, 'spec', 'clusterIP') === 'None',
    ports: listAt(manifest.body, 'spec', 'ports').flatMap((port, index): ServicePort[] => {
      const number = field(port, 'port');
      if (!isObject(port) || typeof number !== 'number') return [];
      const target = field(port, 'targetPort');
      return [
        {
          name: textAt(port, 'name'),
          number,
          target: typeof target === 'number' || typeof target === 'string' ? target : number,
          protocol: protocolOf(textAt(port, 'protocol'), textAt(port, 'appProtocol'), textAt(port, 'name'), number),
          pointer: `/spec/ports/${index}`,
        },
      ];
    }),
  };
}

/**
 * Istio's protocol selection (istio/istio pkg/config/kube/conversion.go, pkg/config/protocol/instance.go): the
 * `appProtocol` alone if there is one, else the port's name up to its first dash, else a few well-known numbers.
 */
export function protocolOf(
  transport: string | undefined,
  appProtocol: string | undefined,
  name: string | undefined,
  number: number,
): PortProtocol {
  if (transport === 'UDP') return 'udp';
  if (transport === 'SCTP') return 'unknown';
  const known =
    appProtocol === undefined ? byName(name ?? '') : (APP_PROTOCOLS.get(appProtocol) ?? byName(appProtocol));
  return known === 'unknown' && TCP_PORTS.has(number) ? 'tcp' : known;
}

function byName(name: string): PortProtocol {
  const prefix = name.toLowerCase().split('-', 1)[0] ?? '';
  if (HTTP_NAMES.has(prefix)) return 'http';
  if (TCP_NAMES.has(prefix)) return 'tcp';
  return prefix === 'udp' ? 'udp' : 'unknown';
}
