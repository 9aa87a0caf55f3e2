import { objectAt, textsAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { ISTIO_NETWORKING, ISTIO_TELEMETRY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const sidecar = (name: string, selector = '') =>
  `apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: ${name}, namespace: shop}\nspec: {${selector}egress: [{hosts: ["./*"]}]}\n`;

/** Kinds of which one holds for the pods it selects, with where they name the labels. */
const KINDS = [
  { kind: 'Sidecar', group: ISTIO_NETWORKING, selector: ['workloadSelector', 'labels'] },
  { kind: 'Telemetry', group: ISTIO_TELEMETRY, selector: ['selector', 'matchLabels'] },
] as const;

/** Two objects for the same pods, of which Istio uses one. */
export const SETTINGS_TWICE_RULE = defineRule({
  id: 'settings-twice',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Two Sidecars or Telemetries for the same workloads',
  found: '{kind} "{name}" selects the same workloads as "{other}"',
  why: 'Istio uses the oldest of them and ignores the others: the files do not determine which.',
  fix: 'put both into one object',
  source:
    'istio/istio pilot/pkg/model/sidecar.go, pilot/pkg/model/telemetry.go; istio.io analysis messages IST0111, IST0160',
  wrong: stream(sidecar('default'), sidecar('egress')),
  right: stream(sidecar('default'), sidecar('catalogue', 'workloadSelector: {labels: {app: catalogue}}, ')),
  check({ manifests }, report) {
    for (const { kind, group, selector } of KINDS) {
      const first = new Map<string, Manifest>();
      for (const manifest of manifests.ofKind(kind, group)) {
        const spec = objectAt(manifest.body, 'spec');
        // What is attached to a gateway or a waypoint by its name is another matter.
        if (spec.targetRef !== undefined || spec.targetRefs !== undefined) continue;
        const labels = Object.entries(textsAt(spec, ...selector)).sort(([a], [b]) => (a < b ? -1 : 1));
        const key = JSON.stringify([manifest.namespace ?? 'default', labels]);
        const other = first.get(key);
        if (other === undefined) first.set(key, manifest);
        // Two of one name are one object, which the API server keeps the last of.
        else if (other.name !== manifest.name)
          report(manifest, '/spec', { kind, name: manifest.name, other: other.name });
      }
    }
  },
});
