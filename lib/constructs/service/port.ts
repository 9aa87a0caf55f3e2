import { InvalidInputError } from '../../base/invalid-input-error';
import { filterChainOf } from '../../upstream/istio/port-protocol';
import { isPortNumber } from '../../upstream/network/port-number';

/** How Istio treats traffic on a port: HTTP rules apply only to `http` ports. */
export type PortKind = 'http' | 'tcp';

/**
 * A protocol that a port can be declared with: names that Istio recognizes, and some that it does not, which it treats
 * as TCP.
 */
export type DeclaredProtocol =
  | 'http'
  | 'http2'
  | 'grpc'
  | 'grpc-web'
  | 'https'
  | 'tls'
  | 'tcp'
  | 'mysql'
  | 'mongo'
  | 'redis'
  | 'postgres'
  | 'amqp';

/** What Istio reads from the port name and from `appProtocol`. */
const PROTOCOLS: Readonly<Record<DeclaredProtocol, { name: string; appProtocol: string }>> = {
  http: { name: 'http', appProtocol: 'http' },
  http2: { name: 'http2', appProtocol: 'http2' },
  grpc: { name: 'grpc', appProtocol: 'grpc' },
  'grpc-web': { name: 'grpc-web', appProtocol: 'grpc-web' },
  https: { name: 'https', appProtocol: 'https' },
  tls: { name: 'tls', appProtocol: 'tls' },
  tcp: { name: 'tcp', appProtocol: 'tcp' },
  mysql: { name: 'mysql', appProtocol: 'mysql' },
  mongo: { name: 'mongo', appProtocol: 'mongo' },
  redis: { name: 'redis', appProtocol: 'redis' },
  // Istio has no word for these: as plain TCP they are at least not guessed at, which would hang servers that speak first.
  postgres: { name: 'tcp-postgres', appProtocol: 'tcp' },
  amqp: { name: 'tcp-amqp', appProtocol: 'tcp' },
};

/** Options of a {@link Port}. */
export interface PortOptions {
  /**
   * Port that the container listens on; mTLS modes and policies use this number.
   *
   * @default - the Service port
   */
  readonly targetPort?: number;
  /**
   * Suffix of the port's name after the protocol, for a Service with two ports of the same protocol: `metrics` gives
   * `http-metrics`.
   *
   * @default - the name is only the protocol
   */
  readonly suffix?: string;
}

/**
 * One port of a service, with its protocol declared both by name and by `appProtocol`.
 *
 * For other names, Istio detects the protocol: HTTP rules may then not apply, and connections to server-first protocols
 * hang (istio/istio pkg/config/kube/conversion.go, pkg/config/protocol/instance.go).
 */
export class Port {
  /** HTTP/1.1, as most services use. */
  public static http(number = 80, options: PortOptions = {}): Port {
    return new Port('http', number, options);
  }

  /** HTTP/2 without TLS from the application. */
  public static http2(number = 80, options: PortOptions = {}): Port {
    return new Port('http2', number, options);
  }

  /** gRPC: HTTP rules apply, with method POST and the path `/<package>.<service>/<method>`. */
  public static grpc(number: number, options: PortOptions = {}): Port {
    return new Port('grpc', number, options);
  }

  /** TLS from the application itself, which Istio does not decrypt. */
  public static https(number = 443, options: PortOptions = {}): Port {
    return new Port('https', number, options);
  }

  /** Any other protocol over TCP. */
  public static tcp(number: number, options: PortOptions = {}): Port {
    return new Port('tcp', number, options);
  }

  /** MySQL or MariaDB. */
  public static mysql(number = 3306, options: PortOptions = {}): Port {
    return new Port('mysql', number, options);
  }

  /** PostgreSQL, which Istio treats as TCP. */
  public static postgres(number = 5432, options: PortOptions = {}): Port {
    return new Port('postgres', number, options);
  }

  /** MongoDB. */
  public static mongo(number = 27017, options: PortOptions = {}): Port {
    return new Port('mongo', number, options);
  }

  /** Redis. */
  public static redis(number = 6379, options: PortOptions = {}): Port {
    return new Port('redis', number, options);
  }

  /** AMQP, such as RabbitMQ, which Istio treats as TCP. */
  public static amqp(number = 5672, options: PortOptions = {}): Port {
    return new Port('amqp', number, options);
  }

  /**
   * A port with a protocol given as a string, such as one read from configuration.
   *
   * @throws InvalidInputError for an unknown protocol, listing the known ones
   */
  public static of(protocol: string, number: number, options: PortOptions = {}): Port {
    if (!isDeclaredProtocol(protocol)) {
      throw new InvalidInputError({
        where: 'Port.of',
        problem: 'an unknown protocol',
        value: protocol,
        allowed: Object.keys(PROTOCOLS).join(', '),
        fix: 'use tcp for a protocol that Istio does not recognize',
      });
    }
    return new Port(protocol, number, options);
  }

  /** Name of the Service port and the container port. */
  public readonly name: string;
  /** Port that the container listens on. */
  public readonly targetPort: number;
  /** `appProtocol` of the Service port; if it is set, Istio ignores the name. */
  public readonly appProtocol: string;
  /** Whether HTTP rules apply to the port. */
  public readonly kind: PortKind;

  private constructor(
    /** The declared protocol. */
    public readonly protocol: DeclaredProtocol,
    /** Port of the Service. */
    public readonly number: number,
    options: PortOptions,
  ) {
    const { name, appProtocol } = PROTOCOLS[protocol];
    this.name = options.suffix === undefined ? name : `${name}-${options.suffix}`;
    this.appProtocol = appProtocol;
    this.kind = filterChainOf({ appProtocol, name: this.name, port: number }) === 'http' ? 'http' : 'tcp';
    this.targetPort = options.targetPort ?? number;
    checkNumber(this.number);
    checkNumber(this.targetPort);
    checkName(this.name);
  }

  /** For messages: `http 80 -> 8079`. */
  public toString(): string {
    return this.number === this.targetPort
      ? `${this.name} ${this.number}`
      : `${this.name} ${this.number} -> ${this.targetPort}`;
  }
}

/** Whether the text names a protocol that a {@link Port} can be made of. */
function isDeclaredProtocol(text: string): text is DeclaredProtocol {
  return Object.hasOwn(PROTOCOLS, text);
}

function checkNumber(number: number): void {
  if (!isPortNumber(number)) {
    throw new InvalidInputError({
      where: 'Port',
      problem: 'not a valid port number',
      value: number,
      allowed: '1 to 65535',
    });
  }
}

/** Container port names are at most 15 characters (RFC 6335); a Service port may be longer, but one name serves both. */
function checkName(name: string): void {
  if (name.length > 15 || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    throw new InvalidInputError({
      where: 'Port',
      problem: 'not a valid port name',
      value: name,
      allowed: 'at most 15 lower-case letters, digits and single hyphens, including the protocol',
      fix: 'use a shorter suffix',
    });
  }
}
