import { isSame } from '../../../../model/documents/manifest-set';
import type { TeleportKind } from '../../../fleet/fleet-teleport';
import { defineRule } from '../../rule';
import { inTwoClusters, tokenOf } from '../fleet-examples';

/** What Teleport has one of for each name, in the words of its documentation. */
const KINDS: readonly (readonly [TeleportKind, string])[] = [
  ['identities', 'workload identity'],
  ['roles', 'role'],
  ['bots', 'bot'],
  ['tokens', 'join token'],
];

/** Resources of one name that two clusters have in different ways, in one Teleport. */
export const TELEPORT_NAME_COLLISION_RULE = defineRule({
  id: 'teleport-name-collision',
  subject: 'Joining Teleport',
  since: '0.1.0',
  severity: 'error',
  title: 'Two clusters have a Teleport resource of the same name',
  found: '{kind} "{name}" is also that of cluster {other}, in {file} line {line}',
  why: 'Teleport has one resource of a kind and name: the file that is applied last replaces the other, so the tbots of one cluster cannot join, or its pods get no identity.',
  fix: `add the cluster's name to it, in every document that refers to it: new TeleportMesh(…, { name: "{cluster}" }), or a MeshFleet`,
  source: 'gravitational/teleport lib/services/local/provisioning.go, tool/tctl/common/resource_command.go',
  wrong: inTwoClusters((cluster) => [tokenOf(cluster)]),
  right: inTwoClusters((cluster) => [tokenOf(cluster).replaceAll('mesh', cluster)]),
  check({ fleet, manifests, teleport }, report) {
    if (fleet === undefined) return;
    for (const [kind, word] of KINDS) {
      for (const resource of teleport[kind]) {
        const found = fleet.teleport.earlier(kind, resource, manifests);
        if (found === undefined || isSame(resource.manifest, found.resource.manifest)) continue;
        const { file, line } = found.resource.manifest.locate('');
        const values = { kind: word, name: resource.name, other: found.cluster, cluster: fleet.name, file, line };
        report(resource.manifest, '/metadata/name', values, found.isSure ? undefined : 'warning');
      }
    }
  },
});
