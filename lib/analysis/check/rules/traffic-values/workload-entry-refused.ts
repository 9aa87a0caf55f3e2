import { field, textAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const entry = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: machine, namespace: shop}\nspec: {${spec}serviceAccount: machine, labels: {app: machine}}\n`;

/** A WorkloadEntry that Istio refuses. */
export const WORKLOAD_ENTRY_REFUSED_RULE = defineRule({
  id: 'workload-entry-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'WorkloadEntry without an address',
  found: 'there is neither an address nor a network',
  why: "Istio's webhook refuses it, so the machine is not part of the mesh.",
  fix: 'write the address of the machine',
  source: 'istio/istio pkg/config/validation/validation.go (validateWorkloadEntry)',
  wrong: entry(''),
  right: entry('address: 10.0.0.9, '),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('WorkloadEntry', ISTIO_NETWORKING)) {
      const { body } = manifest;
      if (field(body, 'spec') === undefined || manifests.isUnfinished(manifest)) continue;
      const given = [textAt(body, 'spec', 'address'), textAt(body, 'spec', 'network')];
      if (given.every((text) => (text ?? '') === '')) report(manifest, '/spec');
    }
  },
});
