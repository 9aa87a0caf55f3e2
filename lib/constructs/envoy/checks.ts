import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import { isIpAddress } from '../../upstream/network/ip-address';
import { checkPort } from '../../upstream/network/port-number';
import type { SpiffeId } from '../../upstream/spiffe/spiffe-id';

/** Refuses an empty list of peers. */
export function checkPeers(where: string, field: string, peers: readonly SpiffeId[]): void {
  if (peers.length === 0) {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is empty, which Envoy interprets as "any certificate from this CA"`,
      allowed: 'at least one SPIFFE ID',
      fix: 'list the peers',
    });
  }
  for (const peer of peers) checkWorkloadId(where, field, peer);
}

/** Refuses the ID of a trust domain, whose name in SDS is that of the bundle. */
export function checkWorkloadId(where: string, field: string, id: SpiffeId): void {
  if (id.path === '') {
    throw new InvalidInputError({
      where,
      problem: `"${field}" contains the ID of a trust domain, not of a workload`,
      value: id.toString(),
      allowed: 'a SPIFFE ID with a path, such as spiffe://example.teleport.sh/svc/server',
    });
  }
}

/** Refuses an upstream that Envoy could not look up. */
export function checkHost(where: string, host: string): void {
  if (!isIpAddress(host) && !isDnsSubdomain(host)) {
    throw new InvalidInputError({
      where,
      problem: 'the upstream host is neither a DNS name nor an IP address',
      value: host,
      allowed: 'a lower-case DNS name such as "server.shop.svc.cluster.local", or an IP address',
      fix: 'remove the scheme and the port',
    });
  }
}

/** Refuses a listener on a name. */
export function checkBindAddress(where: string, address: string): void {
  if (!isIpAddress(address)) {
    throw new InvalidInputError({
      where,
      problem: 'the bind address is not an IP address',
      value: address,
      allowed: 'an IPv4 or IPv6 address; Envoy does not resolve names here',
    });
  }
}

/** Containers of a pod share their ports, so Envoy's own and the application's must all differ. */
export function checkLocalPorts(where: string, ports: Readonly<Record<string, number>>): void {
  const owners = new Map<number, string>();
  for (const [field, port] of Object.entries(ports)) {
    checkPort(where, field, port);
    const owner = owners.get(port);
    if (owner !== undefined) {
      throw new InvalidInputError({
        where,
        problem: `"${owner}" and "${field}" are the same port`,
        value: port,
        allowed: 'a different port for each: Envoy and the application share one network namespace',
      });
    }
    owners.set(port, field);
  }
}
