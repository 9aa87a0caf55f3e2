/** Where an object of a kind keeps the `metadata` and `spec` of its pods, if it has any: keys from the top. */
export function podTemplatePath(kind: string): readonly string[] {
  if (kind === 'Pod') return [];
  return kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template'];
}
