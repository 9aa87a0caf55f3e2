import { textAt } from '../../base/json';
import type { Cluster } from '../../model/cluster/cluster';

/** What tbot's configuration in the cluster makes one ask Teleport. */
export interface TeleportQuestions {
  /** Names that the Teleport cluster of the mesh may have; none if the objects do not say. */
  readonly clusterNames: readonly string[];
  /** Names of join tokens. */
  readonly tokens: readonly string[];
  /** Names of workload identities. */
  readonly identities: readonly string[];
  /** Why something cannot be asked, as a clause; undefined if all can. */
  readonly problem: string | undefined;
}

/** Reads off the objects what to ask Teleport. */
export function teleportQuestions(
  cluster: Pick<Cluster, 'tbotConfigs' | 'meshSettings' | 'teleportNames'>,
): TeleportQuestions {
  const { trustDomain, trustDomainUnknown } = cluster.meshSettings;
  const joins = cluster.tbotConfigs.map(({ body }) => ({
    name: textAt(body, 'onboarding', 'token'),
    method: textAt(body, 'onboarding', 'join_method'),
  }));
  // The name of a token of that method is its secret.
  const isSecret = joins.some(({ method }) => method === undefined || method === 'token');
  const names = (all: readonly (string | undefined)[]) => [...new Set(all.filter(isName))].sort();
  return {
    clusterNames: names([...(trustDomainUnknown === undefined ? [trustDomain] : []), ...cluster.teleportNames]),
    tokens: isSecret ? [] : names(joins.map(({ name }) => name)),
    identities: names(
      cluster.tbotConfigs.flatMap(({ workloadApis }) =>
        workloadApis.map(({ body }) => textAt(body, 'selector', 'name')),
      ),
    ),
    problem:
      joins.length === 0
        ? 'the cluster has no configuration of tbot'
        : isSecret
          ? 'the name of its join token is a secret'
          : undefined,
  };
}

/** A name that tctl cannot take for a flag, another kind or several names. */
function isName(name: string | undefined): name is string {
  return name !== undefined && /^[A-Za-z0-9][\w.-]{0,252}$/.test(name);
}
