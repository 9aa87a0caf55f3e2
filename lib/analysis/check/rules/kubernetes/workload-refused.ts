import { ENDING_KINDS, LASTING_KINDS } from '../../../../upstream/kubernetes/pod-template';
import { workloadProblems } from '../../admission/kubernetes/workload';
import { defineRule } from '../../rule';
import { reportProblems } from '../refused-object';

const deployment = (port: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "web:1.0.0", ports: [{name: ${port}, containerPort: 8080}]}]
`;

/** Kinds that make pods, by group and version. */
const KINDS = [
  ['Pod', 'v1'],
  ...LASTING_KINDS.map((kind) => [kind, 'apps/v1'] as const),
  ...ENDING_KINDS.map((kind) => [kind, 'batch/v1'] as const),
] as const;

/** A workload or its pods that the API server refuses. */
export const WORKLOAD_REFUSED_RULE = defineRule({
  id: 'workload-refused',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid workload',
  found: '{problem}',
  why: 'The API server refuses the object, so no pod of it starts.',
  fix: 'correct the value; `kubectl apply --dry-run=server` says the same',
  source:
    'kubernetes/kubernetes pkg/apis/core/validation/validation.go, pkg/apis/apps/validation, pkg/apis/batch/validation',
  wrong: deployment('http_web'),
  right: deployment('http-web'),
  check(context, report) {
    for (const [kind, apiVersion] of KINDS) {
      const objects = context.manifests.ofKind(kind).filter((one) => one.apiVersion === apiVersion);
      reportProblems(context, objects, ({ body }) => workloadProblems(body, kind), report);
    }
  },
});
