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

const ITSELF: readonly string[] = [];
const TEMPLATE: readonly string[] = ['spec', 'template'];
const OF_A_JOB: readonly string[] = ['spec', 'jobTemplate', ...TEMPLATE];
