import { findSharedIdentities, placeOf } from '../../../../model/teleport/shared-identities';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { EXAMPLE_CLUSTERS, issuingChain, tokenOf } from '../fleet-examples';

const named = (name: string, cluster: string) =>
  tokenOf(cluster).replace('name: mesh-join', `name: ${cluster}-join`).replace('bot_name: mesh', `bot_name: ${name}`);

/** Tokens of two clusters that lead to one workload identity. */
export const IDENTITY_FOR_TWO_CLUSTERS_RULE = defineRule({
  id: 'identity-for-two-clusters',
  subject: 'Joining Teleport',
  since: '0.1.0',
  severity: 'warning',
  title: 'Bots of two clusters are issued the same workload identity',
  found:
    'token "{token}" and token "{other}" in {file} line {line} are for two clusters, and the bots of both are issued "{identity}"',
  why: 'Teleport relies on tbot to state which pod asks: anyone who controls a node of one cluster can act as any workload that this identity covers, in the other cluster too.',
  fix: "give each cluster its own bot, role and workload identity that lists the cluster's namespaces",
  source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go',
  wrong: stream(...issuingChain('mesh'), ...EXAMPLE_CLUSTERS.map((cluster) => named('mesh', cluster))),
  right: stream(...EXAMPLE_CLUSTERS.flatMap((cluster) => [...issuingChain(cluster), named(cluster, cluster)])),
  check({ fleet, manifests, teleport }, report) {
    const shared = fleet?.teleport.sharedIdentities(manifests) ?? findSharedIdentities(teleport);
    for (const { manifest, name } of teleport.tokens) {
      const found = shared.get(placeOf(manifest));
      if (found === undefined) continue;
      const { file, line } = found.other.manifest.locate('');
      report(manifest, '/spec/bot_name', {
        token: name,
        other: found.other.name,
        identity: found.identity.name,
        file,
        line,
      });
    }
  },
});
