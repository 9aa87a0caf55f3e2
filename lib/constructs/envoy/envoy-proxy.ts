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

/** Properties of an Envoy on either side of a call. */
export interface EnvoyProxyProps {
  /** The SPIFFE ID that this Envoy requests from tbot by name; it does not become ready with any other identity. */
  readonly identity: SpiffeId;
  /** Where tbot listens, as seen by Envoy: mount the socket's directory at the same path. */
  readonly socket: WorkloadApiSocket;
  /**
   * Port of the admin interface, always on loopback, because it can stop Envoy and has no authentication.
   *
   * @default 9901
   */
  readonly adminPort?: number;
  /**
   * Port of `GET /ready` in plain HTTP, for the kubelet's readiness probe. It opens only after tbot has issued the
   * identity.
   *
   * @default 9902
   */
  readonly readinessPort?: number;
  /**
   * IP address to bind the externally reachable ports to; `::` for pods with IPv6 addresses.
   *
   * @default '0.0.0.0' - every IPv4 address of the pod
   */
  readonly bindAddress?: string;
}

/** An Envoy in front of a server: accepts mutual TLS from peers, and sends plain HTTP/1.1 to the application. */
export interface EnvoyServerProps extends EnvoyProxyProps {
  /** Port that peers call: the target port of the Service. */
  readonly listen: { readonly port: number };
  /**
   * Which peers may call; the TLS handshake fails for all others. The trust domain of each peer must be this one or be
   * federated with it.
   */
  readonly allowedPeers: SpiffeIds;
  /**
   * Port of the application, always on 127.0.0.1 in the same pod or machine. An application that also listens on other
   * addresses can be called without Envoy.
   */
  readonly upstream: { readonly port: number };
}

/**
 * An Envoy next to a client: accepts plain HTTP from the application, and calls a server with mutual TLS over HTTP/2.
 */
export interface EnvoyClientProps extends EnvoyProxyProps {
  /**
   * Port that the application calls, always on 127.0.0.1: any process that can connect to this port acts with Envoy's
   * identity.
   */
  readonly listen: { readonly port: number };
  /**
   * Which identities the server may have; nothing is sent to others. The trust domain of each peer must be this one or
   * be federated with it.
   */
  readonly expectedPeers: SpiffeIds;
  /** The server: a DNS name (all its addresses are used in turn) or an IP address, and the Service port. */
  readonly upstream: { readonly host: string; readonly port: number };
}

/**
 * The configuration of an Envoy that gives an identity to an unmodified application: certificate and trust bundle come
 * from tbot over SDS and are renewed without a restart, and peers are authenticated by their exact SPIFFE ID.
 *
 * Requires tbot 18.6.4 or 17.7.14, because older releases never send renewed certificates
 * (gravitational/teleport#62813).
 */
export class EnvoyProxy {
  /**
   * An Envoy in front of an application: mutual TLS with peers, plain HTTP on loopback with the application.
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
   * An Envoy through which an application calls peers: plain HTTP on loopback, mutual TLS with the peer.
   *
   * @throws InvalidInputError if a port is used twice or out of range, the host is neither a DNS name nor an IP
   * address, an ID has no path, or the list of peers is empty
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

  /** The SPIFFE ID that this Envoy presents to its peers. */
  public readonly identity: SpiffeId;
  /** Where tbot listens; its directory must be mounted at the same path. */
  public readonly socket: WorkloadApiSocket;
  /** Port on which this Envoy is called, by peers (server) or by the application (client). */
  public readonly port: number;
  /** Port of the admin interface on loopback. */
  public readonly adminPort: number;
  /** Port of `GET /ready`. */
  public readonly readinessPort: number;

  private readonly bindAddress: string;

  private constructor(
    /** Which end of a call this Envoy is on. */
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

  /** The bootstrap as plain data, with Envoy's field names. */
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

  /**
   * The bootstrap as the content of a file for `envoy -c`; the same input gives the same bytes. The file name must end
   * in `.yaml`.
   */
  public toYaml(): string {
    return stringifyManifests([this.toBootstrap()]);
  }
}
