import { field, scalarTextsAt, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { resolveHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const destination = (name: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  host: catalogue\n  ${spec}\n`;
const POOL = destination('pool', 'trafficPolicy: {connectionPool: {tcp: {maxConnections: 100}}}');

/** DestinationRules with one of these are the same one to istiod: of one namespace, for one host, and for the same clients. */
function groupOf({ namespace = 'default', body }: Manifest): string {
  const exportTo = scalarTextsAt(body, 'spec', 'exportTo');
  return JSON.stringify([namespace, resolveHost(textAt(body, 'spec', 'host') ?? '', namespace), [...exportTo].sort()]);
}

/** A traffic policy that istiod drops, as it has another for the host. */
export const DESTINATIONRULE_POLICY_DROPPED_RULE = defineRule({
  id: 'destinationrule-policy-dropped',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'warning',
  sureWith: 'one cluster',
  title: 'Second traffic policy for one host',
  found: 'DestinationRule "{other}" has a traffic policy for {host} too',
  why: 'istiod merges the two and keeps only the traffic policy of the older one: the files do not determine which.',
  fix: 'write one traffic policy for the host; only the subsets of several DestinationRules are combined',
  source: 'istio/istio pilot/pkg/model/destination_rule.go (mergeDestinationRule)',
  wrong: stream(POOL, destination('retry', 'trafficPolicy: {outlierDetection: {consecutive5xxErrors: 5}}')),
  right: stream(POOL, destination('retry', 'subsets: [{name: v1, labels: {version: v1}}]')),
  check({ manifests }, report) {
    const first = new Map<string, Manifest>();
    for (const manifest of manifests.ofKind('DestinationRule', ISTIO_NETWORKING)) {
      const { body, name } = manifest;
      // Rules for certain clients are distinguished by their labels.
      if (field(body, 'spec', 'trafficPolicy') == null || field(body, 'spec', 'workloadSelector') != null) continue;
      const group = groupOf(manifest);
      const other = first.get(group);
      if (other === undefined) first.set(group, manifest);
      // Two of one name are one object, which the API server keeps the last of.
      else if (other.name !== name) {
        report(manifest, '/spec/trafficPolicy', { other: other.name, host: textAt(body, 'spec', 'host') ?? '' });
      }
    }
  },
});
