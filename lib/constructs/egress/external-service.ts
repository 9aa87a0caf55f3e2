import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import { checkIpBlock } from '../istio/policy/ip-block';
import { Principal } from '../istio/policy/principal';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameObjects } from '../kubernetes/object-labels';
import type { CallOptions } from '../service/call';
import type { ICallee } from '../service/callee';
import type { IIdentified, MeshCaller } from '../service/caller';
import { checkCaller } from '../service/caller-checks';
import { describeCaller } from '../service/caller-principal';
import type { Port } from '../service/port';
import type { IServiceNamespace } from '../service/service-namespace';
import { egressCallerOf, notForCallers, requestsNamed } from './egress-caller';
import { checkCanBeRestricted, checkHost, checkPorts, checkThrough } from './egress-checks';
import type { EgressGatewayPolicies } from './egress-gateway-policies';
import { addEgressRoute, type EgressRoute } from './egress-route';
import type { EgressCaller } from './egress-scopes';
import type { ExternalServiceProps } from './external-service-props';

/**
 * A service outside the mesh that the proxies of some namespaces know. If the mesh has `istio: { egress:
 * 'registry-only' }`, only these proxies can reach it.
 *
 * A proxy runs in the same pod as the workload that it restricts: to restrict a compromised workload, also use a
 * NetworkPolicy.
 */
export class ExternalService extends Construct implements ICallee {
  /** Host names of the service. */
  public readonly hosts: readonly [string, ...string[]];
  /** The `ServiceEntry`, for patches. */
  public readonly serviceEntry: ApiObject;
  /**
   * The DestinationRules that make proxies originate TLS, one for each host, for patches; empty if the application uses
   * TLS itself.
   */
  public readonly destinationRules: readonly ApiObject[];
  /** The route of each host through the egress gateway, for patches; empty without a gateway. */
  public readonly egressRoutes: readonly EgressRoute[];

  private readonly where: string;
  private readonly namespace: IServiceNamespace;
  private readonly visibleTo: ExternalServiceProps['visibleTo'];
  private readonly callers = new Map<string, EgressCaller & IIdentified>();

  /**
   * @throws InvalidInputError if a host or an address is not valid, if TCP ports have no address, if two ports have one
   * number or name, if TLS is asked for on a port that is not HTTP, if single workloads are to leave where all may, or if the
   * gateway could not tell by the server name where to go
   */
  public constructor(namespace: IServiceNamespace, name: string, props: ExternalServiceProps) {
    super(namespace.policies, `external-${name}`);
    nameObjects(this, name);
    // Where it was written; its objects are among the policies, which are applied after the definitions of their kinds.
    const where = `${namespace.node.path}/${name}`;
    this.where = where;
    const { hosts, ports, addresses, originateTls = false, through } = props;
    this.hosts = hosts;
    this.namespace = namespace;
    this.visibleTo = props.visibleTo;
    for (const host of hosts) checkHost(where, host);
    for (const address of addresses ?? []) checkIpBlock(where, address);
    checkPorts(where, props);
    checkCanBeRestricted(where, props, namespace.mesh.egressIsClosed);
    if (through !== undefined) checkThrough(where, props, namespace.mesh.egressPolicies(through) !== undefined);
    const wild = hosts.some((host) => host.startsWith('*'));
    const exportTo = Lazy.any({ produce: () => this.exportTo(through) });
    this.serviceEntry = addObject(this, 'service-entry', {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'ServiceEntry',
      metadata: { name, namespace: namespace.name },
      spec: {
        hosts,
        ...(addresses && { addresses }),
        exportTo,
        location: 'MESH_EXTERNAL',
        // By address the connection goes where it was going; a wildcard names no host that could be looked up.
        resolution: addresses !== undefined || wild ? 'NONE' : 'DNS',
        ports: ports.map((port) => ({
          name: port.name,
          number: port.number,
          protocol: protocolOf(port),
          ...(port.targetPort !== port.number && { targetPort: port.targetPort }),
        })),
      },
    });
    const nameOf = (index: number) => (index === 0 ? name : `${name}-${index + 1}`);
    this.destinationRules = originateTls
      ? hosts.map((host, index) =>
          addObject(this, `tls-${index}`, {
            apiVersion: ISTIO_NETWORKING_V1,
            kind: 'DestinationRule',
            metadata: { name: nameOf(index), namespace: namespace.name },
            // Without sni and subjectAltNames Envoy takes both from the host of each request
            // (istio/istio pilot/pkg/networking/core/cluster_tls.go `setAutoSniAndAutoSanValidation`).
            spec: { host, exportTo, trafficPolicy: { tls: { mode: 'SIMPLE' } } },
          }),
        )
      : [];
    this.egressRoutes = through === undefined ? [] : this.addRoutes(through, ports[0].number, nameOf, exportTo);
    namespace.mesh.egressScopes.add({
      namespace: namespace.name,
      hosts,
      isVisibleTo: (other) => this.isVisibleTo(other),
      callers: this.callers,
    });
  }

  /**
   * Lets a workload call it; `workload.calls(externalService)` does the same.
   *
   * @throws InvalidInputError if it is not visible to individual callers, if the caller is not a workload of the mesh,
   * or if requests are restricted, which is not enforced for external services
   */
  public allowFrom(caller: MeshCaller, ...requests: readonly CallOptions[]): void {
    checkCaller(this.where, this, caller);
    const where = `${this.where}, called by ${describeCaller(caller)}`;
    if (this.visibleTo !== 'callers') throw notForCallers(where);
    if (requests.some((request) => Object.keys(request).length > 0)) throw requestsNamed(where, requests);
    const workload = egressCallerOf(where, caller, this.namespace.mesh.enrollment);
    this.callers.set(`${workload.namespace}/${workload.name}`, workload);
    this.namespace.mesh.egressScopes.write(this.namespace.policies, workload);
  }

  private addRoutes(
    gateway: EgressGateway,
    port: number,
    nameOf: (index: number) => string,
    exportTo: unknown,
  ): readonly EgressRoute[] {
    const { name: namespace, mesh } = this.namespace;
    const policies = mesh.egressPolicies(gateway) as EgressGatewayPolicies;
    policies.add({ hosts: this.hosts, callers: () => this.principals() });
    return this.hosts.map((host, index) =>
      addEgressRoute(this, String(index), {
        gateway,
        name: nameOf(index),
        namespace,
        host,
        port,
        subset: policies.subsetFor(host),
        exportTo,
      }),
    );
  }

  private isVisibleTo(namespace: string): boolean {
    if (this.visibleTo === 'callers') return false;
    if (this.visibleTo === undefined) return namespace === this.namespace.name;
    return this.visibleTo === 'mesh' || this.visibleTo.includes(namespace);
  }

  /** Namespaces whose proxies know it; the gateway's is one of them. */
  private exportTo(through: EgressGateway | undefined): readonly string[] {
    if (this.visibleTo === 'mesh') return ['*'];
    const own = this.namespace.name;
    const named = this.namespaces();
    const all = new Set([...named, ...(through === undefined ? [] : [through.namespace])]);
    // A list without names would mean every namespace.
    const names = [...all].map((name) => (name === own ? '.' : name)).sort();
    return names.length === 0 ? ['.'] : names;
  }

  private namespaces(): readonly string[] {
    if (this.visibleTo === 'callers') return [...new Set([...this.callers.values()].map(({ namespace }) => namespace))];
    return this.visibleTo === undefined || this.visibleTo === 'mesh' ? [this.namespace.name] : this.visibleTo;
  }

  /** Whom a policy at the gateway lets leave. */
  private principals(): readonly Principal[] {
    const { trustDomain } = this.namespace.mesh.enrollment;
    if (this.visibleTo === 'callers') return [...this.callers.values()].map(({ identity }) => Principal.of(identity));
    if (this.visibleTo === 'mesh') return [Principal.anyInTrustDomain(trustDomain)];
    return this.namespaces().map((name) => Principal.anyInNamespace(trustDomain, name));
  }
}

/** Istio's word for the protocol of a ServiceEntry's port. */
function protocolOf({ protocol, kind, appProtocol }: Port): string {
  if (protocol === 'https' || protocol === 'tls') return 'TLS';
  return (kind === 'http' ? protocol : appProtocol).toUpperCase();
}
