import { type ApiObject, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../errors';
import {
  type AllowPolicyRule,
  AuthorizationPolicy,
  type AuthorizationPolicySpec,
  type DenyPolicyRule,
  type IngressGateway,
  MtlsMode,
  PeerAuthentication,
  PolicyScope,
  Principal,
  type WorkloadScope,
} from '../istio';
import { addObject } from '../kubernetes';
import { SpiffeId } from '../spiffe';
import { AccessList } from './access-list';
import { adoptService, type PlusService } from './adopted-service';
import { type CallOperation, type CallOptions, toOperation } from './call';
import { EnrolledWorkload } from './enrolled-workload';
import { addGatewayRoute, type ExposeOptions, type GatewayRoute } from './gateway-route';
import type { MeshNamespace } from './mesh-namespace';
import type { ServiceMtlsOptions } from './mesh-service-props';
import type { EnrollableWorkload, PlusWorkload } from './pod-template';
import type { Port } from './port';
import type { MeshServiceParts } from './service-objects';

/** Who may be allowed: by value, as part of the mesh, or as a workload that was enrolled. */
export type Caller = SpiffeId | Principal | EnrolledWorkload | MeshService | EnrollableWorkload;

/**
 * A service of the mesh: one identity, its ports, and who may call it. Nobody may until somebody is allowed.
 */
export class MeshService extends Construct {
  /**
   * Makes a service of cdk8s-plus objects: the workload is enrolled, the Service's ports are read.
   *
   * @throws InvalidInputError if a port's name does not tell Istio its protocol, or as {@link TeleportMesh.enroll} does
   */
  public static from(
    namespace: MeshNamespace,
    workload: PlusWorkload,
    service: PlusService,
    options: ServiceMtlsOptions = {},
  ): MeshService {
    return new MeshService(namespace, workload.name, options, () =>
      adoptService(workload, service, namespace.mesh.enrollment),
    );
  }

  /** Where it lives. */
  public readonly namespace: MeshNamespace;
  /** Name of the Service and the workload. */
  public readonly name: string;
  /** Ports of the Service. */
  public readonly ports: readonly Port[];
  /** The workload as a caller. */
  public readonly enrolled: EnrolledWorkload;
  /** The Deployment, StatefulSet or DaemonSet, for patches. */
  public readonly workload: ApiObject;
  /** The Service, for patches; undefined if there are no ports. */
  public readonly service: ApiObject | undefined;
  /** The policy with everybody who may call, for patches. */
  public readonly authorizationPolicy: ApiObject;
  /** The service's own mTLS mode, for patches; undefined if it is the namespace's. */
  public readonly peerAuthentication: PeerAuthentication | undefined;

  private readonly access = new AccessList();
  private readonly denied = new AccessList();
  private readonly selector: Readonly<Record<string, string>>;
  private readonly mtlsOptions: ServiceMtlsOptions;
  private denyPolicy: ApiObject | undefined;

  /** @internal use MeshNamespace.addService or MeshService.from */
  public constructor(
    namespace: MeshNamespace,
    name: string,
    mtls: ServiceMtlsOptions,
    build: (scope: Construct) => MeshServiceParts,
  ) {
    super(namespace, name);
    this.namespace = namespace;
    this.name = name;
    this.mtlsOptions = mtls;
    const parts = build(this);
    this.ports = parts.ports;
    this.enrolled = parts.enrolled;
    this.workload = parts.workload;
    this.service = parts.service;
    this.selector = parts.selector;
    this.authorizationPolicy = this.addPolicy(name, 'ALLOW', this.access);
    this.peerAuthentication = this.addPeerAuthentication();
  }

  /** The SPIFFE ID that Teleport issues to its pods. */
  public get identity(): SpiffeId {
    return this.enrolled.identity;
  }

  /** The name other services call it by, from any namespace. */
  public get host(): string {
    return `${this.name}.${this.namespace.name}.svc.cluster.local`;
  }

  /** Which connections a port takes, by its own mode, the service's or the namespace's. */
  public mtlsOf(port: Port): MtlsMode {
    return this.mtlsOptions.portMtls?.[port.number] ?? this.mtlsOptions.mtls ?? this.namespace.mtls;
  }

  /**
   * Allows this service to call another one.
   *
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public calls(callee: MeshService, options: CallOptions = {}): void {
    this.enrolled.calls(callee, options);
  }

  /**
   * Allows a caller, also one that this app does not deploy.
   *
   * @throws InvalidInputError for a port the service does not have, methods or paths on a TCP port, a method in lower
   * case, a star inside, or a workload that was not enrolled
   */
  public allowFrom(caller: Caller, options: CallOptions = {}): void {
    this.access.allow(this.toPrincipal(caller), this.operation(options));
  }

  /**
   * Refuses what would otherwise be allowed, to everybody or to one caller. The rule carries the ports it is meant for,
   * because Istio would apply it to every TCP port as well.
   *
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public deny(options: CallOptions & { readonly from?: Caller } = {}): void {
    const operation = this.operation(options);
    if (options.from === undefined) this.denied.allowAnyone(operation);
    else this.denied.allow(this.toPrincipal(options.from), operation);
    this.denyPolicy ??= this.addPolicy(`${this.name}-deny`, 'DENY', this.denied);
  }

  /** The policy with everything that is denied, for patches; undefined while nothing is. */
  public get denyAuthorizationPolicy(): ApiObject | undefined {
    return this.denyPolicy;
  }

  /**
   * Lets the world in through an ingress gateway, which calls this service with an identity of its own.
   *
   * @throws InvalidInputError if the service has no such HTTP port, or as {@link MeshService.allowFrom} does
   */
  public exposeThrough(gateway: IngressGateway, options: ExposeOptions = {}): GatewayRoute {
    const route = addGatewayRoute(this, gateway, options);
    const { methods, paths } = options;
    this.allowFrom(gateway.spiffeId(this.identity.trustDomain), {
      ports: [route.port.number],
      ...(methods && { methods }),
      ...(paths && { paths }),
    });
    return route;
  }

  /**
   * Gives the Service a public address of its own: everybody reaches it, in plain text and without an identity.
   *
   * @throws InvalidInputError if a port takes mTLS only, so that nobody outside the mesh could use it
   */
  public exposeToInternet(options: CallOptions = {}): void {
    const operation = this.operation(options);
    const strict = this.ports.find(
      (port) => operation.ports.includes(port.targetPort) && this.mtlsOf(port) === MtlsMode.STRICT,
    );
    if (strict !== undefined || this.service === undefined) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'a port that takes mTLS only cannot be exposed in plain text',
        value: strict?.toString(),
        allowed: 'ports whose mTLS mode is PERMISSIVE',
        fix: `set portMtls: { ${strict?.number ?? 80}: MtlsMode.PERMISSIVE } on the service, or use exposeThrough(mesh.ingressGateway)`,
      });
    }
    this.access.allowAnyone(operation);
    this.service.addJsonPatch(JsonPatch.add('/spec/type', 'LoadBalancer'));
  }

  private get scope(): WorkloadScope {
    return PolicyScope.workload(this.namespace.name, this.selector);
  }

  private toPrincipal(caller: Caller): Principal {
    if (caller instanceof Principal) return caller;
    if (caller instanceof SpiffeId) return Principal.of(caller);
    if (caller instanceof EnrolledWorkload || caller instanceof MeshService) return Principal.of(caller.identity);
    return Principal.of(this.namespace.mesh.enrollment.of(caller).identity);
  }

  /** The operation, after Istio's own rules have been applied to it: errors come from the call that made them. */
  private operation(options: CallOptions): CallOperation {
    const operation = toOperation(this.node.path, this.ports, options);
    this.rendered('ALLOW', [{ to: [operation] as NonNullable<AllowPolicyRule['to']> }]);
    return operation;
  }

  private rendered(action: 'ALLOW' | 'DENY', rules: readonly AllowPolicyRule[]): AuthorizationPolicySpec {
    const props = { name: this.name, scope: this.scope, target: this.namespace.mesh.target };
    // Every operation here has ports, which is what a DENY rule has to have.
    const manifest =
      action === 'ALLOW'
        ? AuthorizationPolicy.manifest(
            { ...props, action, rules: rules.length === 0 ? 'nothing' : rules },
            this.node.path,
          )
        : AuthorizationPolicy.manifest({ ...props, action, rules: rules as readonly DenyPolicyRule[] }, this.node.path);
    return manifest.spec;
  }

  private addPolicy(name: string, action: 'ALLOW' | 'DENY', list: AccessList): ApiObject {
    return addObject(this.namespace.policies, name, {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace: this.namespace.name },
      spec: Lazy.any({ produce: () => this.rendered(action, list.toRules()) }),
    });
  }

  private addPeerAuthentication(): PeerAuthentication | undefined {
    const { mtls, portMtls } = this.mtlsOptions;
    if (mtls === undefined && portMtls === undefined) return undefined;
    const byTargetPort = Object.entries(portMtls ?? {}).map(([number, mode]) => {
      const [target] = toOperation(this.node.path, this.ports, { ports: [Number(number)] }).ports;
      return [target, mode] as const;
    });
    return new PeerAuthentication(this.namespace.policies, `${this.name}-mtls`, {
      name: this.name,
      scope: this.scope,
      ...(mtls && { mtls }),
      ...(portMtls && { portLevelMtls: Object.fromEntries(byTargetPort) }),
    });
  }
}
