/** Kinds of the group `apps` whose pods are started again when they end. */
export const LASTING_KINDS: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

/** Kinds of the group `batch` whose pods may end. */
export const ENDING_KINDS: readonly string[] = ['Job', 'CronJob'];

/** Where an object of a kind keeps the `metadata` and `spec` of its pods, if it has any: keys from the top. */
export function podTemplatePath(kind: string): readonly string[] {
  if (kind === 'Pod') return ITSELF;
  return kind === 'CronJob' ? OF_A_JOB : TEMPLATE;
}

/** JSON pointer to that place. */
export function podTemplatePointer(kind: string): string {
  if (kind === 'Pod') return '';
  return kind === 'CronJob' ? '/spec/jobTemplate/spec/template' : '/spec/template';
}

/** Where it keeps the annotations of its pods. */
export function podAnnotationsPath(kind: string): readonly string[] {
  if (kind === 'Pod') return ANNOTATIONS;
  return kind === 'CronJob' ? ANNOTATIONS_OF_A_JOB : ANNOTATIONS_OF_TEMPLATE;
}

const ITSELF: readonly string[] = [];
const TEMPLATE: readonly string[] = ['spec', 'template'];
const OF_A_JOB: readonly string[] = ['spec', 'jobTemplate', ...TEMPLATE];

const ANNOTATIONS: readonly string[] = ['metadata', 'annotations'];
const ANNOTATIONS_OF_TEMPLATE: readonly string[] = [...TEMPLATE, ...ANNOTATIONS];
const ANNOTATIONS_OF_A_JOB: readonly string[] = [...OF_A_JOB, ...ANNOTATIONS];
