import { stringifyManifests } from '../../base/yaml/write-yaml';
import { checkPort } from '../../upstream/network/port-number';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { Cluster, EnvoyBootstrap, Listener } from './bootstrap';
import { checkBindAddress, checkHost, checkLocalPorts, checkPeers, checkWorkloadId } from './checks';
import { loopbackCluster, peerCluster, socketAddress, workloadApiCluster } from './cluster';
import { ADMIN_CLUSTER, inboundListener, outboundListener, readinessListener } from './listener';
import { downstreamTls, type SpiffeIds, upstreamTls } from './mutual-tls';

const EVERY_IPV4_ADDRESS = '0.0.0.0';

/** What an Envoy needs on either side of a call. */
export interface EnvoyProxyProps {
  /** The SPIFFE ID this Envoy asks tbot for by name; with any other identity it does not start to serve. */
  readonly identity: SpiffeId;
  /** Where tbot listens, as seen by Envoy: mount the socket's directory at the same path. */
  readonly socket: WorkloadApiSocket;
  /**
   * Port of the admin interface, always on loopback: it can stop Envoy and has no password.
   *
   * @default 9901
   */
  readonly adminPort?: number;
  /**
   * Port of `GET /ready` in plain HTTP, for the kubelet's readiness probe. It opens only after tbot has handed out the
   * identity.
   *
   * @default 9902
   */
  readonly readinessPort?: number;
  /**
   * IP address that the ports for others are opened on; `::` for pods with IPv6 addresses.
   *
   * @default '0.0.0.0' - every IPv4 address of the pod
   */
  readonly bindAddress?: string;
}

/** An Envoy in front of a server: takes mutual TLS from outside, speaks plain HTTP/1.1 to the application. */
export interface EnvoyServerProps extends EnvoyProxyProps {
  /** Where peers call; the target port of the Service. */
  readonly listen: { readonly port: number };
  /** Who may call; everybody else fails in the TLS handshake. A peer of another trust domain must be federated with ours. */
  readonly allowedPeers: SpiffeIds;
  /**
   * Where the application listens, always on 127.0.0.1 of the same pod or machine. An application that listens on other
   * addresses too can be called without Envoy.
   */
  readonly upstream: { readonly port: number };
}

/** An Envoy beside a client: takes plain HTTP from the application, calls a server with mutual TLS over HTTP/2. */
export interface EnvoyClientProps extends EnvoyProxyProps {
  /** Where the application calls, always on 127.0.0.1: whoever reaches this port speaks with Envoy's identity. */
  readonly listen: { readonly port: number };
  /** Who the server may be; nothing is sent to any other. A peer of another trust domain must be federated with ours. */
  readonly expectedPeers: SpiffeIds;
  /** The server: a DNS name (all its addresses are used in turn) or an IP address, and the Service port. */
  readonly upstream: { readonly host: string; readonly port: number };
}

/**
 * The configuration of one Envoy that gives an application an identity without changing it: certificate and trust bundle
 * come from tbot by SDS and are renewed without a restart, and peers are distinguished by their exact SPIFFE ID.
 *
 * Needs tbot 18.6.4 or 17.7.14 (older ones never renew what they sent: gravitational/teleport#62813).
 */
export class EnvoyProxy {
  /**
   * An Envoy that stands before an application: mutual TLS with peers, plain HTTP on loopback with the application.
   *
   * @throws InvalidInputError if a port is used twice or out of range, an ID has no path, or the list of peers is empty
   */
  public static forServer(props: EnvoyServerProps): EnvoyProxy {
    const where = 'EnvoyProxy.forServer';
    checkPeers(where, 'allowedPeers', props.allowedPeers);
    const bindAddress = props.bindAddress ?? EVERY_IPV4_ADDRESS;
    const tls = downstreamTls(props.identity, props.allowedPeers);
    return new EnvoyProxy(
      'server',
      where,
      props,
      inboundListener(bindAddress, props.listen.port, tls, 'application'),
      loopbackCluster('application', props.upstream.port),
      { 'upstream.port': props.upstream.port },
    );
  }

  /**
   * An Envoy that an application calls peers through: plain HTTP on loopback, mutual TLS with the peer.
   *
   * @throws InvalidInputError if a port is used twice or out of range, the host is neither a DNS name nor an IP address,
   * an ID has no path, or the list of peers is empty
   */
  public static forClient(props: EnvoyClientProps): EnvoyProxy {
    const where = 'EnvoyProxy.forClient';
    const { host, port } = props.upstream;
    checkPeers(where, 'expectedPeers', props.expectedPeers);
    checkHost(where, host);
    checkPort(where, 'upstream.port', port);
    return new EnvoyProxy(
      'client',
      where,
      props,
      outboundListener(props.listen.port, 'server'),
      peerCluster('server', host, port, upstreamTls(props.identity, props.expectedPeers)),
      {},
    );
  }

  /** The SPIFFE ID this Envoy shows to its peers. */
  public readonly identity: SpiffeId;
  /** Where tbot listens; its directory must be mounted at the same path. */
  public readonly socket: WorkloadApiSocket;
  /** Port that this Envoy is called on: by peers (server) or by the application (client). */
  public readonly port: number;
  /** Port of the admin interface on loopback. */
  public readonly adminPort: number;
  /** Port of `GET /ready`. */
  public readonly readinessPort: number;

  private readonly bindAddress: string;

  private constructor(
    /** Which end of a call this Envoy is at. */
    public readonly side: 'server' | 'client',
    where: string,
    props: EnvoyProxyProps & { readonly listen: { readonly port: number } },
    private readonly listener: Listener,
    private readonly upstream: Cluster,
    otherLocalPorts: Readonly<Record<string, number>>,
  ) {
    this.identity = props.identity;
    this.socket = props.socket;
    this.port = props.listen.port;
    this.adminPort = props.adminPort ?? 9901;
    this.readinessPort = props.readinessPort ?? 9902;
    this.bindAddress = props.bindAddress ?? EVERY_IPV4_ADDRESS;
    checkWorkloadId(where, 'identity', this.identity);
    checkBindAddress(where, this.bindAddress);
    checkLocalPorts(where, {
      'listen.port': this.port,
      adminPort: this.adminPort,
      readinessPort: this.readinessPort,
      ...otherLocalPorts,
    });
  }

  /** The bootstrap as plain data, in Envoy's own field names. */
  public toBootstrap(): EnvoyBootstrap {
    return {
      node: { id: this.identity.toString(), cluster: this.identity.trustDomain.toString() },
      admin: { address: socketAddress('127.0.0.1', this.adminPort) },
      static_resources: {
        listeners: [this.listener, readinessListener(this.bindAddress, this.readinessPort)],
        clusters: [this.upstream, workloadApiCluster(this.socket), loopbackCluster(ADMIN_CLUSTER, this.adminPort)],
      },
    };
  }

  /** The bootstrap as the text of a file for `envoy -c`; same input, same bytes. The file name must end in `.yaml`. */
  public toYaml(): string {
    return stringifyManifests([this.toBootstrap()]);
  }
}
