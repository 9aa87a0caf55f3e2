import { type ApiObject, JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { DeclaredCalls } from '../app/declared-calls';
import { MeshApp } from '../app/mesh-app';
import type { EnrolledWorkload } from '../enroll/enrolled-workload';
import type { PlusWorkload } from '../enroll/pod-template';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import type { Principal } from '../istio/policy/principal';
import type { DestinationRule } from '../istio/traffic/destination-rule';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import type { PeerAuthentication } from '../istio/traffic/peer-authentication';
import { adoptService, type PlusService } from './adopted-service';
import { type CallOperation, type CallOptions, toOperation } from './call';
import type { ICallee } from './callee';
import type { Caller, IIdentified } from './caller';
import { toPrincipal } from './caller-principal';
import { addGatewayRoute, type ExposeOptions, type GatewayRoute } from './gateway-route';
import type { ServiceMtlsOptions } from './mesh-service-props';
import type { Port } from './port';
import { addDestinationRule } from './service-destination-rule';
import type { IServiceNamespace } from './service-namespace';
import type { MeshServiceParts } from './service-objects';
import { ServicePolicies } from './service-policies';
import { checkIdentified, checkTakesPlaintext, type PortModes } from './service-port-checks';

/**
 * A service of the mesh: one identity, its ports, and who may call it. Nobody may until somebody is allowed.
 */
export class MeshService extends Construct implements ICallee, IIdentified {
  /**
   * Makes a service of cdk8s-plus objects: the workload is enrolled, the Service's ports are read.
   *
   * @throws InvalidInputError if one of them lies in another namespace, if a port's name does not tell Istio its protocol,
   * or as {@link TeleportMesh.enroll} does
   */
  public static from(
    namespace: IServiceNamespace,
    workload: PlusWorkload,
    service: PlusService,
    options: ServiceMtlsOptions = {},
  ): MeshService {
    return new MeshService(namespace, service.name, options, () =>
      adoptService(namespace.name, workload, service, namespace.mesh.enrollment),
    );
  }

  /** Where it lives. */
  public readonly namespace: IServiceNamespace;
  /** Name of the Service, and of the workload unless it was there before. */
  public readonly name: string;
  /** Ports of the Service. */
  public readonly ports: readonly Port[];
  /** The workload as a caller. */
  public readonly enrolled: EnrolledWorkload;
  /** The Deployment, StatefulSet or DaemonSet, for patches. */
  public readonly workload: ApiObject;
  /** The Service, for patches; undefined if there are no ports. */
  public readonly service: ApiObject | undefined;
  /** The service's own mTLS modes, for patches; undefined if they are the namespace's. */
  public readonly peerAuthentication: PeerAuthentication | undefined;
  /** What tells clients to use mTLS, for patches; undefined where Istio's automatic mTLS does. */
  public readonly destinationRule: DestinationRule | undefined;

  private readonly policies: ServicePolicies;
  private readonly headless: boolean;
  private readonly mtlsOptions: ServiceMtlsOptions;
  private route: GatewayRoute | undefined;

  /** @internal use MeshNamespace.addService or MeshService.from */
  public constructor(
    namespace: IServiceNamespace,
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
    this.headless = parts.headless;
    this.policies = new ServicePolicies(namespace.policies, {
      where: this.node.path,
      name,
      namespace: namespace.name,
      selector: parts.selector,
      ports: parts.ports,
      mtls,
      target: namespace.mesh.target,
    });
    MeshApp.of(this).addDeclaredCalls(() => this.declaredCalls());
    this.peerAuthentication = this.policies.peerAuthentication;
    this.destinationRule = addDestinationRule(this.policies, 'destination-rule', {
      name,
      namespace: namespace.name,
      host: this.host,
      headless: parts.headless,
      modes: new Map(parts.ports.map((port) => [port, this.mtlsOf(port)])),
      namespaceMtls: namespace.mtls,
      rules: namespace.destinationRules,
    });
  }

  /** The SPIFFE ID that Teleport issues to its pods. */
  public get identity(): SpiffeId {
    return this.enrolled.identity;
  }

  /** The name other services call it by, from any namespace. */
  public get host(): string {
    return `${this.name}.${this.namespace.name}.svc.cluster.local`;
  }

  /** The policy with everybody who may call, for patches. */
  public get authorizationPolicy(): ApiObject {
    return this.policies.allowPolicy;
  }

  /** The policy with everything that is denied, for patches; undefined while nothing is. */
  public get denyAuthorizationPolicy(): ApiObject | undefined {
    return this.policies.denyPolicy;
  }

  /** Which connections a port takes, by its own mode, the service's or the namespace's. */
  public mtlsOf(port: Port): MtlsMode {
    return this.mtlsOptions.portMtls?.[port.number] ?? this.mtlsOptions.mtls ?? this.namespace.mtls;
  }

  /**
   * Allows this service to call another one, of any namespace of the mesh.
   *
   * @param requests what it may do there, any of these; none of them means everything
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public calls(callee: ICallee, ...requests: readonly CallOptions[]): void {
    this.enrolled.calls(callee, ...requests);
  }

  /**
   * Allows a caller, also one that this app does not deploy.
   *
   * @param requests what it may do here, any of these; none of them means everything
   * @throws InvalidInputError for a port the service does not have or that takes plain text only, methods or paths on a
   * TCP port, a method in lower case, a star inside, or a workload that was not enrolled
   */
  public allowFrom(caller: Caller, ...requests: readonly CallOptions[]): void {
    const principal = this.toPrincipal(caller);
    for (const request of orEverything(requests)) {
      this.policies.allow(principal, this.identifiedOperation(request));
    }
  }

  /**
   * Refuses what would otherwise be allowed, to everybody or to one caller. The rule carries the ports it is meant for,
   * because Istio would apply it to every TCP port as well. By name only callers with mTLS can be refused: in plain text
   * nobody has one.
   *
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public deny(options: CallOptions & { readonly from?: Caller } = {}): void {
    const { from, ...request } = options;
    if (from === undefined) this.policies.deny('everybody', this.operation(request));
    else this.policies.deny(this.toPrincipal(from), this.identifiedOperation(request));
  }

  /**
   * Lets the world in through an ingress gateway, which calls this service with an identity of its own.
   *
   * @throws InvalidInputError if the service is exposed already, if another one answers to the same host, if it has no
   * such HTTP port or the gateway none to come in by, or as {@link MeshService.allowFrom} does
   */
  public exposeThrough(gateway: IngressGateway, options: ExposeOptions = {}): GatewayRoute {
    if (this.route !== undefined) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'the service is exposed through a gateway already',
        allowed: 'one exposeThrough for each service',
        fix: 'name all hosts and requests in one call',
      });
    }
    this.route = addGatewayRoute(this, gateway, options);
    const ports = [this.route.port.number];
    this.allowFrom(gateway, ...orEverything(options.requests ?? []).map((request) => ({ ...request, ports })));
    return this.route;
  }

  /**
   * Gives the Service a public address of its own: everybody reaches it, in plain text and without an identity.
   *
   * @throws InvalidInputError if a port takes mTLS only, so that nobody outside the mesh could use it, or if the Service
   * is headless
   */
  public exposeToInternet(options: CallOptions = {}): void {
    const operation = this.operation(options);
    checkTakesPlaintext(this.node.path, this.modesOf(operation));
    if (this.headless) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'a headless Service has no address that a load balancer could stand in front of',
        allowed: 'a Service with an address of its own',
        fix: 'leave "headless" out, or use exposeThrough(mesh.ingressGateway)',
      });
    }
    this.policies.allow('everybody', operation);
    this.service?.addJsonPatch(JsonPatch.add('/spec/type', 'LoadBalancer'));
  }

  private declaredCalls(): DeclaredCalls {
    return {
      where: this.node.path,
      to: `${this.namespace.name}/${this.name}`,
      ports: new Map(this.ports.map(({ targetPort, number }) => [targetPort, number])),
      calls: this.policies.allowedCalls,
      refusedOnPurposeBy: this.policies.denyPolicy?.name,
    };
  }

  private toPrincipal(caller: Caller): Principal {
    return toPrincipal(caller, this.identity.trustDomain, this.namespace.mesh.enrollment);
  }

  private operation(options: CallOptions): CallOperation {
    return toOperation(this.node.path, this.ports, options);
  }

  private identifiedOperation(options: CallOptions): CallOperation {
    const operation = this.operation(options);
    checkIdentified(this.node.path, this.modesOf(operation));
    return operation;
  }

  private modesOf(operation: CallOperation): PortModes {
    const ports = this.ports.filter(({ targetPort }) => operation.ports.includes(targetPort));
    return new Map(ports.map((port) => [port, this.mtlsOf(port)]));
  }
}

function orEverything<Request extends object>(
  requests: readonly Request[],
): readonly (Request | Record<string, never>)[] {
  return requests.length === 0 ? [{}] : requests;
}
