import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { workloadEntryProblems, workloadGroupProblems } from '../../admission/workload-entry';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const entry = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: machine, namespace: shop}\nspec: {${spec}serviceAccount: machine, labels: {app: machine}}\n`;

/** A WorkloadEntry or a WorkloadGroup that Istio refuses. */
export const WORKLOAD_ENTRY_REFUSED_RULE = defineRule({
  id: 'workload-entry-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid WorkloadEntry or WorkloadGroup',
  found: '{problem}',
  why: "Istio's webhook refuses it, so the machine is not part of the mesh.",
  fix: 'correct the value; a WorkloadEntry needs the address of the machine',
  source: 'istio/istio pkg/config/validation/validation.go (validateWorkloadEntry)',
  wrong: entry(''),
  right: entry('address: 10.0.0.9, '),
  check(context, report) {
    reportRefused(context, ['WorkloadEntry', ISTIO_NETWORKING], workloadEntryProblems, report);
    reportRefused(context, ['WorkloadGroup', ISTIO_NETWORKING], workloadGroupProblems, report);
  },
});
