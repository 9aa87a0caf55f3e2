import { InvalidInputError } from '../../../base/invalid-input-error';
import { PROXY_CONFIG_ANNOTATION } from '../../../upstream/istio/injection';

/**
 * How a gateway determines the client address. Rules on client addresses need it: otherwise they see the address of a
 * node or load balancer, or one that the client chose itself.
 */
export class ClientAddress {
  /**
   * Clients connect to the gateway's pods directly, or through load balancers that preserve their address. The Service
   * gets `externalTrafficPolicy: Local`, because otherwise kube-proxy replaces the client address with a node's.
   */
  public static ofConnection(): ClientAddress {
    return new ClientAddress(0, 'Local');
  }

  /**
   * Proxies in front of the gateway terminate the connection and write `X-Forwarded-For`, such as an HTTP load balancer
   * or a CDN.
   *
   * @param count how many of them every request passes through; if the number is too high, clients can choose their
   * address themselves
   * @throws InvalidInputError if it is not a whole number greater than zero
   */
  public static behindProxies(count: number): ClientAddress {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new InvalidInputError({
        where: 'ClientAddress.behindProxies',
        problem: 'not a valid number of proxies',
        value: count,
        allowed: 'a whole number greater than zero',
        fix: 'without proxies in front, use ClientAddress.ofConnection()',
      });
    }
    return new ClientAddress(count, undefined);
  }

  private constructor(
    /** Proxies whose entries in `X-Forwarded-For` are trusted. */
    public readonly trustedProxies: number,
    /**
     * The setting of the Service with which connections preserve the client address; undefined if proxies are in front
     * of the gateway.
     */
    public readonly externalTrafficPolicy: 'Local' | undefined,
  ) {}

  /**
   * Annotations of the gateway's pods that configure this only for these pods, because `numTrustedProxies` for the
   * whole mesh would let the clients of every other gateway choose their address.
   */
  public get podAnnotations(): Readonly<Record<string, string>> {
    if (this.trustedProxies === 0) return {};
    const config = { gatewayTopology: { numTrustedProxies: this.trustedProxies } };
    return { [PROXY_CONFIG_ANNOTATION]: JSON.stringify(config) };
  }
}
