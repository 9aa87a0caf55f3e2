import { textAt } from '../../../../base/json';
import type { ManifestSet } from '../../../../model/documents/manifest-set';
import { IDENTITY_LABEL } from '../../../../upstream/spiffe/identity-sameness';
import { issuedIdentities } from '../../../fleet/fleet-identities';
import { defineRule } from '../../rule';
import { CSI_VOLUME, deployment } from '../examples';
import { inTwoClusters } from '../fleet-examples';

/** The same namespace and workload in two clusters, each in a file of its own. */
function sharedNamespace(identity: string): string {
  const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    ${IDENTITY_LABEL}: ${identity}
`;
  return inTwoClusters(() => [namespace, deployment('front-end', '', `volumes:\n  - ${CSI_VOLUME}`)]);
}

/** Two clusters of one trust domain whose pods have one identity, and nobody said that they may. */
export const IDENTITY_COLLISION_RULE = defineRule({
  id: 'identity-collision',
  subject: 'SPIFFE IDs',
  since: '0.1.0',
  severity: 'error',
  title: 'Two clusters issue the same identity',
  found: 'pods of clusters {other} and {cluster} both get the identity {identity}',
  why: 'An identity consists of trust domain, namespace and ServiceAccount: anyone who administers one of the clusters can act as the pods of both, and no policy can distinguish them.',
  fix: `rename one of the two, or label the Namespace "${IDENTITY_LABEL}: shared" in both clusters if one may act for the other`,
  source: 'istio/istio pkg/spiffe/spiffe.go',
  wrong: sharedNamespace('exclusive'),
  right: sharedNamespace('shared'),
  check(context, report) {
    const { fleet, manifests } = context;
    if (fleet === undefined) return;
    const said = new Set<string>();
    for (const { workload, identity } of issuedIdentities(context.evaluator)) {
      const first = fleet.identities.firstWith(identity);
      if (first === undefined || first.manifests === manifests || said.has(workload.namespace)) continue;
      const sameness = [manifests, first.manifests].map((set) => samenessOf(set, workload.namespace));
      if (sameness.every((one) => one === 'shared')) continue;
      // The other ServiceAccounts of the namespace are the same question.
      said.add(workload.namespace);
      const values = { other: first.name, cluster: fleet.name, identity };
      // Sameness is what Istio expects of clusters of one mesh, so it may well be meant.
      if (sameness.includes('exclusive')) report(workload.manifest, '', values);
      else report(workload.manifest, '', values, 'warning');
    }
  },
});

function samenessOf(manifests: ManifestSet, namespace: string): string | undefined {
  return textAt(manifests.find('Namespace', undefined, namespace)?.body, 'metadata', 'labels', IDENTITY_LABEL);
}
