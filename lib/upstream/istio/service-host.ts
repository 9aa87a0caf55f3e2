import { isIpAddress } from '../network/ip-address';

/** Domain of a cluster's Services unless istiod runs with another `--domain` (istio/istio pilot/cmd/pilot-discovery/app/cmd.go). */
const SUFFIX = '.svc.cluster.local';

/** Annotation of a Service with further ServiceAccounts that its servers may have (istio/istio pkg/config/constants/constants.go, pkg/config/kube/conversion.go). */
export const CANONICAL_ACCOUNTS_ANNOTATION = 'alpha.istio.io/canonical-serviceaccounts';

/** Annotation of a Service with the namespaces that see it (istio/istio pilot/pkg/serviceregistry/kube/conversion.go `ConvertService`). */
export const EXPORT_ANNOTATION = 'networking.istio.io/exportTo';

/** What covers the hosts of all Services of the cluster. */
export const ANY_SERVICE_HOST = `*${SUFFIX}`;

/** A Service as its host names it. */
export interface ServiceName {
  /** `metadata.name`. */
  readonly name: string;
  /** `metadata.namespace`. */
  readonly namespace: string;
}

/** The host by which Istio knows a Service. */
export function serviceHost({ name, namespace }: ServiceName): string {
  return `${name}.${namespace}${SUFFIX}`;
}

/** The Service that a full host names; undefined if it is not a Service's. */
export function serviceOfHost(host: string): ServiceName | undefined {
  if (!host.endsWith(SUFFIX)) return undefined;
  const [name = '', namespace = '', ...rest] = host.slice(0, -SUFFIX.length).split('.');
  return name === '' || namespace === '' || name.startsWith('*') || rest.length > 0 ? undefined : { name, namespace };
}

/**
 * The Service that a host means to the cluster's DNS, from any namespace: `db.shop`, `db.shop.svc` or the full host (kubernetes/dns
 * docs/specification.md, and the search domains of pods).
 */
export function serviceOfDnsName(host: string): ServiceName | undefined {
  const [name = '', namespace = '', ...rest] = host.split('.');
  return ['', 'svc'].includes(rest.join('.')) && namespace !== '' ? { name, namespace } : serviceOfHost(host);
}

/**
 * The full host that a DestinationRule or a VirtualService means: a name without a dot is a Service of its own namespace,
 * everything else is taken as it is. So `db.shop` is a host of that name and not the Service `db` of namespace `shop`
 * (istio/istio pilot/pkg/model/config.go `ResolveShortnameToFQDN`).
 *
 * @param namespace that of the object the host stands in
 */
export function resolveHost(host: string, namespace: string): string {
  const isFull = host === '' || host === '*' || host.includes('.') || isIpAddress(host);
  return isFull ? host : serviceHost({ name: host, namespace });
}

/**
 * Whether a host of a DestinationRule is for a full host: the same one, or a wildcard that ends like it
 * (istio/istio pkg/config/host/name.go).
 */
export function hostCovers(host: string, full: string): boolean {
  return host.startsWith('*') ? full.endsWith(host.slice(1)) : host === full;
}

/** The wildcard for every host. */
export const ANY_HOST = '*';

/** Whether everything that a host stands for is a part of what another does (istio/istio pkg/config/host/name.go `SubsetOf`). */
export function hostIsIn(host: string, other: string): boolean {
  if (!host.startsWith('*')) return hostCovers(other, host);
  return other.startsWith('*') && host.length >= other.length && host.endsWith(other.slice(1));
}

/** What is both in hosts of one list and in hosts of another, in small letters (istio/istio pkg/config/host/names.go `Intersection`). */
export function commonHosts(hosts: readonly string[], others: readonly string[]): readonly string[] {
  const common = new Set<string>();
  for (const one of hosts.map((host) => host.toLowerCase())) {
    for (const other of others.map((host) => host.toLowerCase())) {
      if (hostIsIn(one, other)) common.add(one);
      else if (hostIsIn(other, one)) common.add(other);
    }
  }
  return [...common];
}

/** Every host that covers a full host, the most specific first: the order in which Istio looks for one. */
export function coveringHosts(full: string): readonly string[] {
  const wildcards = Array.from({ length: full.length + 1 }, (_, start) => `*${full.slice(start)}`);
  return [full, ...wildcards];
}

/** Whether a wildcard covers some Service of a namespace, whatever that is called. */
export function coversNamespace(wildcard: string, namespace: string): boolean {
  const end = `.${namespace}${SUFFIX}`;
  const tail = wildcard.slice(1);
  return end.endsWith(tail) || tail.endsWith(end);
}
