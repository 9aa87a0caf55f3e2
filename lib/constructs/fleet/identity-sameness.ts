import { InvalidInputError } from '../../base/invalid-input-error';
import { NAMESPACE_IDENTITIES } from '../../upstream/spiffe/identity-sameness';
import type { FleetCluster } from './fleet-cluster';
import type { FleetNamespace } from './fleet-namespace';

/**
 * Refuses a word that does not say whose identities they are, which types keep out of TypeScript only.
 *
 * @throws InvalidInputError
 */
export function checkSameness(where: string, identity: unknown): void {
  if (NAMESPACE_IDENTITIES.some((one) => one === identity)) return;
  throw new InvalidInputError({
    where,
    problem: 'it does not state whether its identities are shared between clusters',
    value: String(identity),
    allowed: NAMESPACE_IDENTITIES.map((one) => `'${one}'`).join(', '),
    fix: "pass identity: 'exclusive', or 'shared' if its pods in all clusters may act for each other",
  });
}

/**
 * Refuses an exclusive namespace in two clusters of a trust domain: a namespace and a ServiceAccount of the same name are
 * one identity there, whichever cluster the pod is in.
 *
 * @throws InvalidInputError naming both clusters
 */
export function checkExclusive(where: string, clusters: readonly FleetCluster[]): void {
  const first = new Map<string, FleetCluster>();
  for (const cluster of clusters) {
    const other = first.get(cluster.trustDomain);
    if (other === undefined) first.set(cluster.trustDomain, cluster);
    else {
      throw new InvalidInputError({
        where,
        problem: `it is exclusive, but in clusters "${other.name}" and "${cluster.name}", which have the same trust domain: its identities would be the same in both`,
        value: cluster.trustDomain,
        allowed: 'one cluster of each trust domain',
        fix: "remove one of them, or set identity: 'shared' if the pods of both may act for each other",
      });
    }
  }
}

/** The namespaces that a cluster gets identities for. */
export interface IssuedNamespaces {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly trustDomain: string;
  readonly namespaces: readonly string[];
  /** Those of gateways, which are the same everywhere by design. */
  readonly gateways: ReadonlySet<string>;
}

/** What is known of a cluster once everything in it is made. */
export function issuedNamespaces({ name, trustDomain, mesh }: FleetCluster): IssuedNamespaces {
  const gateways = [mesh.istio.ingressGateway, mesh.istio.eastWestGateway];
  return {
    cluster: name,
    trustDomain,
    namespaces: [...mesh.identity.namespaces],
    gateways: new Set(gateways.flatMap((gateway) => gateway?.namespace ?? [])),
  };
}

/**
 * Refuses namespaces that two clusters get identities for and that nobody said are shared: those that were added to a
 * cluster's mesh directly. Gateways' namespaces are the same everywhere by design.
 *
 * @throws InvalidInputError naming both clusters
 */
export function checkDeclaredIdentities(
  clusters: readonly IssuedNamespaces[],
  declared: ReadonlyMap<string, FleetNamespace>,
): void {
  const first = new Map<string, IssuedNamespaces>();
  for (const issued of clusters) {
    for (const name of issued.namespaces) {
      const identity = declared.get(name)?.identity;
      if (issued.gateways.has(name) && identity !== 'exclusive') continue;
      if (identity === 'shared') continue;
      const key = `${issued.trustDomain} ${name}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, issued);
      else throw undeclared(name, other, issued, identity !== undefined);
    }
  }
}

function undeclared(
  name: string,
  one: IssuedNamespaces,
  other: IssuedNamespaces,
  isExclusive: boolean,
): InvalidInputError {
  return new InvalidInputError({
    where: `MeshFleet: namespace ${JSON.stringify(name)}`,
    problem: `clusters "${one.cluster}" and "${other.cluster}" get the same identities for it${isExclusive ? ', but it is exclusive' : ''}`,
    value: `${one.trustDomain}/ns/${name}`,
    allowed: 'a namespace that is shared, or in one cluster only',
    fix: isExclusive
      ? `do not add it to the mesh of the other cluster`
      : `add it to the fleet: fleet.addNamespace('${name}', { identity: 'shared' })`,
  });
}
