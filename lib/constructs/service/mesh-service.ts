import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { serviceHost } from '../../upstream/istio/service-host';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { DeclaredCalls } from '../app/declared-calls';
import { MeshApp } from '../app/mesh-app';
import type { EnrolledWorkload } from '../enroll/enrolled-workload';
import type { EnrollableWorkload } from '../enroll/pod-template';
import type { IngressGateway } from '../istio/installation/ingress-gateway';
import type { KubernetesGateway } from '../istio/installation/kubernetes-gateway';
import type { Principal } from '../istio/policy/principal';
import type { DestinationRule } from '../istio/traffic/destination-rule';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import type { PeerAuthentication } from '../istio/traffic/peer-authentication';
import { nameObjects } from '../kubernetes/object-labels';
import { type AdoptableService, adoptService } from './adopted-service';
import { type CallOptions, orEverything, type WithoutIdentityOptions } from './call';
import type { ICallee } from './callee';
import type { IIdentified, MeshCaller } from './caller';
import { checkCallee, checkCaller } from './caller-checks';
import { describeCaller, toPrincipal } from './caller-principal';
import { addGatewayRoute, type ExposeOptions, type GatewayRoute } from './gateway-route';
import { addHttpRoute, type HttpRoute, type HttpRouteOptions } from './http-route';
import type { ServiceMtlsOptions } from './mesh-service-props';
import type { Port } from './port';
import { PublicService } from './public-service';
import { addDestinationRule } from './service-destination-rule';
import { ServiceModes } from './service-modes';
import type { IServiceNamespace } from './service-namespace';
import type { MeshServiceParts } from './service-objects';
import { ServicePolicies } from './service-policies';

/**
 * Id of a service whose workload has the service's name as its own id.
 *
 * @internal
 */
export function adoptedId(name: string): string {
  return `${name}-in-mesh`;
}

/** A service of the mesh: one identity, its ports, and its allowed callers. By default, no calls are allowed. */
export class MeshService extends Construct implements ICallee, IIdentified {
  /**
   * Creates a service from an existing workload and Service, from cdk8s-plus or plain `ApiObject`s: the workload is
   * enrolled, and the ports are read from the Service.
   *
   * @throws InvalidInputError if one of them is in another namespace, if the Service does not select the workload's
   * pods, if a port does not declare its protocol, or as {@link TeleportMesh.enroll} does
   */
  public static from(
    namespace: IServiceNamespace,
    workload: EnrollableWorkload,
    service: AdoptableService,
    options: ServiceMtlsOptions = {},
  ): MeshService {
    return new MeshService(namespace, service.name, options, () =>
      adoptService(namespace.name, workload, service, namespace.mesh.enrollment),
    );
  }

  /** The namespace of the service. */
  public readonly namespace: IServiceNamespace;
  /** Name of the Service, and of the workload unless it already existed. */
  public readonly name: string;
  /** Ports of the Service. */
  public readonly ports: readonly Port[];
  /** The workload as a caller. */
  public readonly enrolled: EnrolledWorkload;
  /** The Deployment, StatefulSet or DaemonSet, for patches. */
  public readonly workload: ApiObject;
  /** The Service, for patches; undefined if there are no ports. */
  public readonly service: ApiObject | undefined;
  /** The DestinationRule that makes clients use mTLS, for patches; undefined if Istio's automatic mTLS is used. */
  public readonly destinationRule: DestinationRule | undefined;

  private readonly policies: ServicePolicies;
  private readonly modes: ServiceModes;
  private isRouted = false;
  private readonly atPublicAddress: PublicService;

  /** @internal use MeshNamespace.addService or MeshService.from */
  public constructor(
    namespace: IServiceNamespace,
    name: string,
    mtls: ServiceMtlsOptions,
    build: (scope: Construct) => MeshServiceParts,
  ) {
    super(namespace, serviceId(namespace, name));
    nameObjects(this, name);
    this.namespace = namespace;
    this.name = name;
    const parts = build(this);
    const { ports, selector } = parts;
    this.ports = ports;
    this.modes = new ServiceModes({ where: this.node.path, ports, own: mtls, ofNamespace: namespace.mtls });
    this.enrolled = parts.enrolled;
    this.workload = parts.workload;
    this.service = parts.service;
    this.policies = new ServicePolicies(namespace.policies, {
      where: this.node.path,
      name,
      namespace: namespace.name,
      selector,
      ports,
      mtls,
    });
    MeshApp.of(this).addDeclaredCalls(() => this.declaredCalls());
    this.atPublicAddress = new PublicService(this, 'public', { name, namespace: namespace.name, selector, ports });
    this.destinationRule = addDestinationRule(this.policies, 'destination-rule', {
      name,
      namespace: namespace.name,
      host: this.host,
      headless: parts.headless,
      modes: this.modes.of(ports),
      namespaceMtls: namespace.mtls,
      rules: namespace.destinationRules,
    });
  }

  /** The SPIFFE ID that Teleport issues to its pods. */
  public get identity(): SpiffeId {
    return this.enrolled.identity;
  }

  /** The host name by which other services call it, from any namespace. */
  public get host(): string {
    return serviceHost({ name: this.name, namespace: this.namespace.name });
  }

  /** The service's own mTLS modes, for patches; undefined if the namespace's are used. */
  public get peerAuthentication(): PeerAuthentication | undefined {
    return this.policies.peerAuthentication;
  }

  /** The Service with a public address, for patches; undefined if the service is not exposed to the internet. */
  public get publicService(): ApiObject | undefined {
    return this.atPublicAddress.object;
  }

  /** The policy with all allowed callers, for patches. */
  public get authorizationPolicy(): ApiObject {
    return this.policies.allowPolicy;
  }

  /** The policy with everything that is denied, for patches; undefined if nothing is. */
  public get denyAuthorizationPolicy(): ApiObject | undefined {
    return this.policies.denyPolicy;
  }

  /** Which connections a port accepts, according to its own mode, the service's or the namespace's. */
  public mtlsOf(port: Port): MtlsMode {
    return this.modes.modeOf(port);
  }

  /**
   * Allows this service to call another one, in any namespace of the mesh.
   *
   * @param requests the allowed requests, any of which must match; an empty list allows everything
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public calls(callee: ICallee, ...requests: readonly CallOptions[]): void {
    checkCallee(this.node.path, callee);
    this.enrolled.calls(callee, ...requests);
  }

  /**
   * Allows a caller, which this app does not need to deploy.
   *
   * @param requests the allowed requests, any of which must match; an empty list allows everything
   * @throws InvalidInputError for a port that the service does not have or that accepts only plain text, methods or
   * paths on a TCP port, a method in lower case, an asterisk in the middle, or a caller that is not enrolled, belongs
   * to another app or comes from a `TrustBundle`
   */
  public allowFrom(caller: MeshCaller, ...requests: readonly CallOptions[]): void {
    checkCaller(this.node.path, this, caller);
    const principal = this.toPrincipal(caller);
    const where = this.calledBy(caller);
    for (const request of orEverything(requests)) {
      this.policies.allow(principal, this.modes.identifiedOperation(request, where), where);
    }
  }

  /**
   * Denies what would otherwise be allowed, for all callers or for one. The rule lists its ports, because Istio would
   * also apply it to every TCP port. Only callers with mTLS can be denied by identity: plaintext callers have none.
   *
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public deny(options: CallOptions & { readonly from?: MeshCaller } = {}): void {
    const { from, ...request } = options;
    if (from === undefined) this.policies.deny('everybody', this.modes.operation(request));
    else {
      checkCaller(this.node.path, this, from);
      const where = this.calledBy(from);
      this.policies.deny(this.toPrincipal(from), this.modes.identifiedOperation(request, where), where);
    }
  }

  /**
   * Exposes the service through an ingress gateway, which calls this service with its own identity.
   *
   * @throws InvalidInputError if the service is already exposed, if another one uses the same host, if the service does
   * not have the HTTP port or the gateway has no HTTP port, or as {@link MeshService.allowFrom} does
   */
  public exposeThrough(gateway: IngressGateway, options?: ExposeOptions): GatewayRoute;
  /**
   * Exposes the service through a Gateway API gateway, with an `HTTPRoute`. The gateway's listeners have the
   * certificates, and determine the namespaces from which they accept routes.
   *
   * @throws InvalidInputError as for an ingress gateway, or if the gateway does not have the listener
   */
  public exposeThrough(gateway: KubernetesGateway, options?: HttpRouteOptions): HttpRoute;
  public exposeThrough(
    gateway: IngressGateway | KubernetesGateway,
    options: ExposeOptions | HttpRouteOptions = {},
  ): GatewayRoute | HttpRoute {
    if (this.isRouted) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: 'the service is already exposed through a gateway',
        allowed: 'one call of exposeThrough for each service',
        fix: 'pass all hosts and requests in one call',
      });
    }
    const route =
      'listeners' in gateway
        ? addHttpRoute(this, gateway, options as HttpRouteOptions)
        : addGatewayRoute(this, gateway, options as ExposeOptions);
    this.isRouted = true;
    const ports = [route.port.number];
    this.allowFrom(gateway, ...orEverything(options.requests ?? []).map((request) => ({ ...request, ports })));
    return route;
  }

  /**
   * Allows all callers that can reach the pods, in plain text and without an identity: a Prometheus without a sidecar,
   * or a namespace that is not in the mesh yet. The ports then accept plain text in addition to mTLS; other ports do
   * not change.
   *
   * The Service has an address only inside the cluster, unless it is exposed. The kubelet's probes do not need this:
   * injection routes them through the proxy's agent.
   *
   * @throws InvalidInputError as {@link MeshService.allowFrom} does, or if `portMtls` is STRICT for one of the ports
   */
  public allowWithoutIdentity(options: WithoutIdentityOptions): void {
    const operation = this.modes.operationWithoutIdentity(options);
    this.policies.allow('everybody', operation);
    this.policies.permitPlaintext(this.modes.permitPlaintext(operation));
  }

  /**
   * Gives ports of the service a public address with a separate load balancer: everyone can reach them, in plain text
   * and without an identity. The Service that the mesh calls stays inside the cluster.
   *
   * @throws InvalidInputError if a port accepts only mTLS, so that no client outside the mesh could use it
   */
  public exposeToInternet(options: CallOptions = {}): void {
    const operation = this.modes.plaintextOperation(options);
    this.policies.allow('everybody', operation);
    const published = this.modes.portsOf(operation).filter(({ number }) => options.ports?.includes(number) ?? true);
    this.atPublicAddress.publish(published);
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

  private toPrincipal(caller: MeshCaller): Principal {
    return toPrincipal(caller, this.identity.trustDomain, this.namespace.mesh.enrollment);
  }

  /** Where a mistake in a call is: it may be on either side. */
  private calledBy(caller: MeshCaller): string {
    return `${this.node.path}, called by ${describeCaller(caller)}`;
  }
}

/** The name, unless the workload that became a service has it as its id. */
function serviceId(namespace: Construct, name: string): string {
  return namespace.node.tryFindChild(name) === undefined ? name : adoptedId(name);
}
