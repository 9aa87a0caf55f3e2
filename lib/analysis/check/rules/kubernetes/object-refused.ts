import { KUBERNETES_NETWORKING, RBAC } from '../../../../upstream/kubernetes/api-groups';
import {
  autoscalerProblems,
  bindingProblems,
  budgetProblems,
  dataProblems,
  ingressProblems,
  networkPolicyProblems,
  roleProblems,
} from '../../admission/kubernetes/others';
import { defineRule } from '../../rule';
import { reportProblems, reportRefused } from '../refused-object';

const role = (rule: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules: [{${rule}resources: [pods], verbs: [get]}]\n`;

/** An object of Kubernetes' own that the API server refuses, besides workloads and Services. */
export const OBJECT_REFUSED_RULE = defineRule({
  id: 'object-refused',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Kubernetes object',
  found: '{problem}',
  why: 'The API server refuses the object.',
  fix: 'correct the value; `kubectl apply --dry-run=server` says the same',
  source: 'kubernetes/kubernetes pkg/apis/rbac/validation, pkg/apis/networking/validation, pkg/apis/core/validation',
  wrong: role(''),
  right: role('apiGroups: [""], '),
  check(context, report) {
    const { manifests } = context;
    for (const kind of ['Role', 'ClusterRole']) {
      reportProblems(context, manifests.ofKind(kind, RBAC), ({ body }) => roleProblems(body, kind), report);
      const binding = `${kind}Binding`;
      reportProblems(context, manifests.ofKind(binding, RBAC), ({ body }) => bindingProblems(body, binding), report);
    }
    for (const kind of ['ConfigMap', 'Secret']) {
      reportProblems(context, manifests.ofKind(kind, ''), ({ body }) => dataProblems(body, kind), report);
    }
    reportRefused(context, ['NetworkPolicy', KUBERNETES_NETWORKING], networkPolicyProblems, report);
    reportRefused(context, ['Ingress', KUBERNETES_NETWORKING], ingressProblems, report);
    reportRefused(context, ['PodDisruptionBudget', 'policy'], budgetProblems, report);
    reportRefused(context, ['HorizontalPodAutoscaler', 'autoscaling'], autoscalerProblems, report);
  },
});
