import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { isForeignHost } from '../../upstream/istio/outbound-traffic';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { checkIpBlock } from '../istio/policy/ip-block';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameObjects } from '../kubernetes/object-labels';
import type { Port } from '../service/port';
import type { IServiceNamespace } from '../service/service-namespace';

/** Something outside the mesh that workloads call: a database, the interface of a payment provider. */
export interface ExternalServiceProps {
  /** Full host names. With a wildcard such as `*.example.com` connections go where the client asked, whoever answers there. */
  readonly hosts: readonly [string, ...string[]];
  /**
   * Ports that clients use. `Port.https` is for TLS that the application makes itself; for a proxy that makes it see
   * `originateTls`.
   */
  readonly ports: readonly [Port, ...Port[]];
  /**
   * Addresses of a service that is reached over plain TCP, as addresses or blocks: nothing in such a connection names its host.
   *
   * @default - none; the proxy finds the host by its name in HTTP or TLS
   */
  readonly addresses?: readonly [string, ...string[]];
  /**
   * Whether the caller's proxy makes the TLS, and verifies the server's certificate against the public CAs and the host that the
   * application asks for: the application speaks plain HTTP, `Port.http(80, { targetPort: 443 })`, and the proxy sees requests.
   *
   * @default false
   */
  readonly originateTls?: boolean;
  /**
   * Namespaces whose workloads may use it, by the name of each; `mesh` for all.
   *
   * @default - its own namespace only
   */
  readonly visibleTo?: 'mesh' | readonly [string, ...string[]];
}

/**
 * A service outside the mesh, known to the proxies of some namespaces. With `istio: { egress: 'registry-only' }` of the mesh these
 * are the only ones that may leave for it.
 *
 * A proxy is in the pod that it restrains: what has to hold against a workload that was taken over needs a NetworkPolicy too.
 */
export class ExternalService extends Construct {
  /** Hosts that it answers to. */
  public readonly hosts: readonly string[];
  /** The `ServiceEntry`, for patches. */
  public readonly serviceEntry: ApiObject;
  /** What makes proxies speak TLS, one for each host, for patches; empty where the application does. */
  public readonly destinationRules: readonly ApiObject[];

  /**
   * @throws InvalidInputError if a host or an address is not valid, if TCP ports have no address, if two ports have one
   * number or name, or if TLS is asked for on a port that is not HTTP
   */
  public constructor(namespace: IServiceNamespace, name: string, props: ExternalServiceProps) {
    super(namespace.policies, `external-${name}`);
    nameObjects(this, name);
    const where = this.node.path;
    const { hosts, ports, addresses, originateTls = false } = props;
    this.hosts = hosts;
    for (const host of hosts) checkHost(where, host);
    for (const address of addresses ?? []) checkIpBlock(where, address);
    checkPorts(where, props);
    const wild = hosts.some((host) => host.startsWith('*'));
    const exportTo = exportToOf(namespace.name, props.visibleTo);
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
    this.destinationRules = originateTls
      ? hosts.map((host, index) =>
          addObject(this, `tls-${index}`, {
            apiVersion: ISTIO_NETWORKING_V1,
            kind: 'DestinationRule',
            metadata: { name: index === 0 ? name : `${name}-${index + 1}`, namespace: namespace.name },
            // Without sni and subjectAltNames Envoy takes both from the host of each request
            // (istio/istio pilot/pkg/networking/core/cluster_tls.go `setAutoSniAndAutoSanValidation`).
            spec: { host, exportTo, trafficPolicy: { tls: { mode: 'SIMPLE' } } },
          }),
        )
      : [];
  }
}

function exportToOf(own: string, visibleTo: ExternalServiceProps['visibleTo']): readonly string[] {
  if (visibleTo === undefined) return ['.'];
  return visibleTo === 'mesh' ? ['*'] : [...new Set(visibleTo)].map((name) => (name === own ? '.' : name)).sort();
}

/** Istio's word for the protocol of a ServiceEntry's port. */
function protocolOf({ protocol, kind, appProtocol }: Port): string {
  if (protocol === 'https' || protocol === 'tls') return 'TLS';
  return (kind === 'http' ? protocol : appProtocol).toUpperCase();
}

function checkHost(where: string, host: string): void {
  if (!isForeignHost(host.replace(/^\*\./, ''))) {
    throw new InvalidInputError({
      where,
      problem: 'not the name of a host outside the cluster',
      value: host,
      allowed: 'a full name such as "db.example.com" or "*.example.com"',
      fix: 'services of the cluster need no ExternalService: call them',
    });
  }
}

function checkPorts(where: string, { hosts, ports, addresses, originateTls }: ExternalServiceProps): void {
  for (const key of ['number', 'name'] as const) {
    const twice = ports.find((port, index) => ports.findIndex((other) => other[key] === port[key]) !== index);
    if (twice !== undefined) {
      throw new InvalidInputError({
        where,
        problem: `two ports have one ${key}`,
        value: twice.toString(),
        allowed: `each ${key} once`,
        fix: key === 'name' ? 'give one of them a suffix' : 'leave one of them out',
      });
    }
  }
  const nameless = ports.find(({ kind, protocol }) => kind === 'tcp' && protocol !== 'https' && protocol !== 'tls');
  if (nameless !== undefined && addresses === undefined) {
    throw new InvalidInputError({
      where,
      problem: `plain TCP does not say which host it is for, so every connection to port ${nameless.number} would go there`,
      value: nameless.toString(),
      allowed: 'addresses beside plain TCP ports',
      fix: 'pass addresses: [...], or Port.https() if the application speaks TLS from the first byte',
    });
  }
  if (originateTls !== true) return;
  const bytes = ports.find(({ kind }) => kind !== 'http');
  const wild = hosts.find((host) => host.startsWith('*'));
  if (bytes === undefined && wild === undefined && addresses === undefined) return;
  throw new InvalidInputError({
    where,
    problem: 'a proxy makes TLS for HTTP to hosts it can look up: elsewhere it could not verify the name of the server',
    value: bytes?.toString() ?? wild ?? addresses,
    allowed: 'originateTls beside HTTP ports and full host names, without addresses',
    fix: 'leave originateTls out, and let the application speak TLS',
  });
}
