import { defineReadingRule } from '../../rule';

/** Helm charts among the files: only what Helm makes of them can be applied. */
export const CHART_NOT_RENDERED_RULE = defineReadingRule({
  id: 'chart-not-rendered',
  subject: 'Reading files',
  since: '0.1.0',
  severity: 'warning',
  title: 'Chart that has not been rendered',
  why: 'What Helm renders from the templates depends on its values, so nothing is known about the objects in them.',
  fix: 'check the output of "helm template"; the other files are checked all the same',
  source: 'helm/helm-www docs/chart_template_guide',
  wrong: '# a Chart.yaml beside a directory templates/ with {{ }} in its files\n',
  right: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
});
