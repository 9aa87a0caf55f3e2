import { InvalidInputError } from '../../../base/invalid-input-error';
import { PROXY_CONFIG_ANNOTATION } from '../../../upstream/istio/injection';

/**
 * Where a gateway finds the address of the client. Rules on client addresses need it: without it they see the address of a
 * node or of a load balancer, or one that the client wrote itself.
 */
export class ClientAddress {
  /**
   * Clients connect to the gateway's pods, through load balancers that keep their address. The Service gets
   * `externalTrafficPolicy: Local`, because otherwise kube-proxy puts the address of a node in place of the client's.
   */
  public static ofConnection(): ClientAddress {
    return new ClientAddress(0, 'Local');
  }

  /**
   * Proxies stand before the gateway that end the connection and write `X-Forwarded-For`, such as an HTTP load balancer or a CDN.
   *
   * @param count how many of them every request passes through: with one too many, clients choose their address themselves
   * @throws InvalidInputError if it is not a whole number above zero
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
    /** What the Service needs so that connections keep the client's address; undefined where they do not carry it anyway. */
    public readonly externalTrafficPolicy: 'Local' | undefined,
  ) {}

  /**
   * Annotations of the gateway's pods that say so: of these proxies only, because `numTrustedProxies` for the whole mesh would let
   * the clients of every other gateway choose their address.
   */
  public get podAnnotations(): Readonly<Record<string, string>> {
    if (this.trustedProxies === 0) return {};
    const config = { gatewayTopology: { numTrustedProxies: this.trustedProxies } };
    return { [PROXY_CONFIG_ANNOTATION]: JSON.stringify(config) };
  }
}
