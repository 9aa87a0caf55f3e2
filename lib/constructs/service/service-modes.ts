import type { CallOperation } from '../app/declared-calls';
import { MtlsMode } from '../istio/traffic/mtls-mode';
import { type CallOptions, toOperation } from './call';
import type { ServiceMtlsOptions } from './mesh-service-props';
import type { Port } from './port';
import { checkIdentified, checkNotDeclaredStrict, checkTakesPlaintext, type PortModes } from './service-port-checks';

/** What {@link ServiceModes} are made from. */
export interface ServiceModesProps {
  /** Construct path, for messages. */
  readonly where: string;
  /** Ports of the Service. */
  readonly ports: readonly Port[];
  /** Modes that the service says itself. */
  readonly own: ServiceMtlsOptions;
  /** Which connections the pods of its namespace take. */
  readonly ofNamespace: MtlsMode;
}

/** Which connections the ports of a service take, and so which calls can be made to them. */
export class ServiceModes {
  /** Target ports that plain text was let in at. */
  private readonly plaintextPorts = new Set<number>();

  public constructor(private readonly props: ServiceModesProps) {}

  /** Which connections a port takes, by its own mode, the service's or the namespace's. */
  public modeOf(port: Port): MtlsMode {
    const { own, ofNamespace } = this.props;
    const mode = own.portMtls?.[port.number] ?? own.mtls ?? ofNamespace;
    return mode === MtlsMode.STRICT && this.plaintextPorts.has(port.targetPort) ? MtlsMode.PERMISSIVE : mode;
  }

  /** These ports, each with the connections it takes. */
  public of(ports: readonly Port[]): PortModes {
    return new Map(ports.map((port) => [port, this.modeOf(port)]));
  }

  /** Ports that an operation is for. */
  public portsOf(operation: CallOperation): readonly Port[] {
    return this.props.ports.filter(({ targetPort }) => operation.ports.includes(targetPort));
  }

  /**
   * What a caller may do, as an operation on the service's own ports.
   *
   * @throws InvalidInputError as {@link toOperation} does
   */
  public operation(options: CallOptions, where = this.props.where): CallOperation {
    return toOperation(where, this.props.ports, options);
  }

  /**
   * The same for a caller that is named by its identity.
   *
   * @throws InvalidInputError if a port takes plain text only
   */
  public identifiedOperation(options: CallOptions, where: string): CallOperation {
    const operation = this.operation(options, where);
    checkIdentified(where, this.of(this.portsOf(operation)));
    return operation;
  }

  /**
   * The same for callers in plain text, at ports that take it.
   *
   * @throws InvalidInputError if a port takes mTLS only
   */
  public plaintextOperation(options: CallOptions): CallOperation {
    const operation = this.operation(options);
    checkTakesPlaintext(this.props.where, this.of(this.portsOf(operation)));
    return operation;
  }

  /**
   * The same for callers in plain text, at ports that are yet to take it: see {@link ServiceModes.permitPlaintext}.
   *
   * @throws InvalidInputError if `portMtls` says STRICT for one of the ports
   */
  public operationWithoutIdentity(options: CallOptions): CallOperation {
    const operation = this.operation(options);
    checkNotDeclaredStrict(this.props.where, this.portsOf(operation), this.props.own.portMtls);
    return operation;
  }

  /**
   * Lets plain text in at the ports of an operation, beside mTLS.
   *
   * @returns the target ports that took mTLS only until now
   */
  public permitPlaintext(operation: CallOperation): readonly number[] {
    const strict = this.portsOf(operation).filter((port) => this.modeOf(port) === MtlsMode.STRICT);
    const targets = new Set(strict.map(({ targetPort }) => targetPort));
    for (const target of targets) this.plaintextPorts.add(target);
    return [...targets];
  }
}
