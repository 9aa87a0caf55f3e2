import { serviceProblems } from '../../admission/kubernetes/service';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const service = (ports: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [${ports}]}\n`;

/** A Service that the API server refuses. */
export const SERVICE_REFUSED_RULE = defineRule({
  id: 'service-refused',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid Service',
  found: '{problem}',
  why: 'The API server refuses the Service, so its pods cannot be reached by name.',
  fix: 'correct the value; several ports need names',
  source: 'kubernetes/kubernetes pkg/apis/core/validation/validation.go (ValidateService)',
  wrong: service('{port: 80}, {port: 443}'),
  right: service('{name: http, port: 80}, {name: https, port: 443}'),
  check(context, report) {
    reportRefused(context, ['Service', ''], serviceProblems, report);
  },
});
