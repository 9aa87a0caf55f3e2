import { metadataProblems } from '../../admission/kubernetes/metadata';
import { defineRule } from '../../rule';
import { reportProblems } from '../refused-object';

const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: shop}\n`;

/** Names, labels and annotations that the API server refuses. */
export const OBJECT_NAME_RULE = defineRule({
  id: 'object-name',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid name, label or annotation key',
  found: '{problem}',
  why: 'The API server refuses the object.',
  fix: 'use lower-case letters, digits and hyphens in names; letters, digits, hyphens, underscores and dots in labels',
  source: 'kubernetes/apimachinery pkg/api/validation/objectmeta.go, pkg/util/validation/validation.go',
  wrong: account('front_end'),
  right: account('front-end'),
  check(context, report) {
    const objects = context.manifests.all.filter(({ shape }) => shape === 'kubernetes');
    reportProblems(context, objects, metadataProblems, report);
  },
});
