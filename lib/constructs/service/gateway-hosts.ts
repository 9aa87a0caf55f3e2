import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';

/** A gateway by its name. */
export interface GatewayName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Which service answers to a host name at a gateway. Istio puts the routes of two services for one host into a single list,
 * where the second is never reached and nothing says so (istio/istio pilot/pkg/networking/core/gateway.go).
 */
export class GatewayHosts {
  private readonly owners = new Map<string, string>();

  /**
   * Gives host names to a service.
   *
   * @param where construct path of the service
   * @param port where clients come in at the gateway
   * @throws InvalidInputError if a name is not valid, or if another service has it
   */
  public claim(where: string, gateway: GatewayName, port: number, hosts: readonly string[]): void {
    if (hosts.length === 0) {
      throw new InvalidInputError({
        where,
        problem: 'the list of hosts is empty',
        value: hosts,
        allowed: 'at least one host',
        fix: 'remove "hosts" to match every name that resolves to the gateway',
      });
    }
    for (const host of hosts) {
      checkHost(where, host);
      const key = `${gateway.namespace}/${gateway.name}:${port} ${host}`;
      const owner = this.owners.get(key);
      if (owner !== undefined && owner !== where) {
        throw new InvalidInputError({
          where,
          problem: `${owner} already uses this host at the gateway: one of the two would never receive requests`,
          value: host,
          allowed: 'different hosts for each service',
          fix: 'pass the hosts of each: exposeThrough(gateway, { hosts: [...] })',
        });
      }
      this.owners.set(key, where);
    }
  }
}

function checkHost(where: string, host: string): void {
  if (host !== '*' && !isDnsSubdomain(host.replace(/^\*\./, ''))) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid host name',
      value: host,
      allowed: '"*", "shop.example.com" or "*.example.com", in lower case',
      fix: 'remove the scheme, the port and the path',
    });
  }
}
