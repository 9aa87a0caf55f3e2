import { membershipOf } from '../../model/fleet/membership';
import { identityUri } from '../../upstream/spiffe/identity-uri';
import type { MeshModel } from '../access/mesh-model';
import type { AccessChange } from './access-change';
import { conditionKey } from './access-condition';
import type { AccessCondition } from './condition';

/**
 * Leaves out differences between two clusters that exist only because each has its own trust domain: a caller that each
 * names in its own trust domain and that has the same access in both. In one cluster, a new trust domain is a change and
 * stays.
 */
export function withoutOwnTrustDomains(
  changes: readonly AccessChange[],
  before: MeshModel,
  after: MeshModel,
): readonly AccessChange[] {
  const [was, is] = [ownTrustDomain(before), ownTrustDomain(after)];
  if (was === undefined || is === undefined || was.cluster === is.cluster || was.name === is.name) return changes;
  const closed = new Map(
    changes.flatMap((change) => {
      const path = change.kind === 'closed' ? pathIn(was.name, change.from) : undefined;
      return path === undefined
        ? []
        : [[keyOf(path, change, change.removed, change.transport.before), change] as const];
    }),
  );
  const same = new Set(
    changes.flatMap((change) => {
      const path = change.kind === 'opened' ? pathIn(is.name, change.from) : undefined;
      if (path === undefined) return [];
      const other = closed.get(keyOf(path, change, change.added, change.transport.after));
      return other !== undefined && other.before === change.after ? [change, other] : [];
    }),
  );
  return same.size === 0 ? changes : changes.filter((change) => !same.has(change));
}

/** Name of a cluster and its trust domain; undefined if the manifests do not say both. */
function ownTrustDomain({
  manifests,
  settings,
}: MeshModel): { readonly cluster: string; readonly name: string } | undefined {
  const { clusterName } = membershipOf(manifests);
  if (clusterName === undefined || settings.trustDomainUnknown !== undefined) return undefined;
  return { cluster: clusterName, name: settings.trustDomain };
}

/** Path of an identity in a trust domain; undefined for any other caller. */
function pathIn(trustDomain: string, caller: string): string | undefined {
  const begin = identityUri(trustDomain, '/');
  return caller.startsWith(begin) ? caller.slice(begin.length) : undefined;
}

function keyOf(
  path: string,
  { to, port }: AccessChange,
  conditions: readonly AccessCondition[],
  transport: string | undefined,
): string {
  return JSON.stringify([path, to, port.port, transport ?? null, conditions.map(conditionKey).sort()]);
}
