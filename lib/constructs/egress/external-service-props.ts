import type { EgressGateway } from '../istio/installation/egress-gateway';
import type { Port } from '../service/port';

/** Something outside the mesh that workloads call: a database, or the API of a payment provider. */
export interface ExternalServiceProps {
  /**
   * Full host names. With a wildcard such as `*.example.com`, connections go to the address that the client chose,
   * whatever answers there.
   */
  readonly hosts: readonly [string, ...string[]];
  /**
   * Ports that clients use. `Port.https` is for TLS from the application itself; for TLS from the proxy, see
   * `originateTls`.
   */
  readonly ports: readonly [Port, ...Port[]];
  /**
   * Addresses of a service that is called over plain TCP, as IP addresses or CIDRs, because such a connection does not
   * carry a host name.
   *
   * @default - none; the proxy routes by the host name in HTTP or TLS
   */
  readonly addresses?: readonly [string, ...string[]];
  /**
   * Whether the caller's proxy originates TLS, and verifies the server's certificate against the public CAs and the
   * requested host: the application uses plain HTTP, `Port.http(80, { targetPort: 443 })`, and the proxy sees its
   * requests.
   *
   * @default false
   */
  readonly originateTls?: boolean;
  /**
   * Namespaces whose workloads may use it, by name; `mesh` for all; or `callers` for only those workloads, in any
   * namespace, that declare `calls(…)`, which requires `istio: { egress: 'registry-only' }`.
   *
   * @default - its own namespace only
   */
  readonly visibleTo?: 'mesh' | 'callers' | readonly [string, ...string[]];
  /**
   * The egress gateway for traffic to it, where a second policy enforces which workloads may use it. The application
   * must use TLS itself, with full host names, on one port.
   *
   * @default - directly from the caller's proxy
   */
  readonly through?: EgressGateway;
}
