import type { EgressGateway } from '../istio/installation/egress-gateway';
import type { Port } from '../service/port';

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
   * Namespaces whose workloads may use it, by the name of each; `mesh` for all; `callers` for those workloads alone that say
   * `calls(…)`, whichever namespace they are in, which needs `istio: { egress: 'registry-only' }`.
   *
   * @default - its own namespace only
   */
  readonly visibleTo?: 'mesh' | 'callers' | readonly [string, ...string[]];
  /**
   * The gateway through which workloads leave for it, where a policy says once more who may: the application speaks TLS itself, to
   * full host names, on one port.
   *
   * @default - straight from the caller's proxy
   */
  readonly through?: EgressGateway;
}
