import { originInFile } from '../../base/yaml/text-origin';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';

/** The file that makes a directory a Helm chart, after the directory. */
const CHART = /^(.*[\\/]|)Chart\.yaml$/;

/** Where templates are below a chart, and files that templates read: its own and those of charts inside it. */
const TEMPLATES = /^(?:charts[\\/][^\\/]+[\\/])*(?:templates|files)[\\/]/;

/**
 * Tells once of each chart that it has to be rendered, and not of each of its templates, which may be hundreds. Any text
 * there that has braces is one, also where what is wrong with it looks like something else.
 */
export function foldCharts(problems: readonly ReadProblem[], files: readonly ManifestFile[]): readonly ReadProblem[] {
  const charts = files.flatMap(({ file }) => CHART.exec(file)?.[1] ?? []);
  if (charts.length === 0) return problems;
  charts.sort((a, b) => a.length - b.length);
  const texts = new Map(files.map(({ file, text }) => [file, text]));
  const templates = new Map<ReadProblem, string>();
  const counts = new Map<string, number>();
  for (const problem of problems) {
    const { file } = problem.location;
    if (!problem.id.startsWith('yaml-') || texts.get(file)?.includes('{{') !== true) continue;
    const chart = charts.find((folder) => file.startsWith(folder) && TEMPLATES.test(file.slice(folder.length)));
    if (chart === undefined) continue;
    templates.set(problem, chart);
    counts.set(chart, (counts.get(chart) ?? 0) + 1);
  }
  return problems.flatMap((problem) => {
    const chart = templates.get(problem);
    if (chart === undefined) return problem;
    const count = counts.get(chart);
    counts.delete(chart);
    return count === undefined ? [] : ofChart(chart, count);
  });
}

function ofChart(chart: string, count: number): ReadProblem {
  const what = count === 1 ? 'a template' : `${count} templates`;
  return {
    id: 'chart-not-rendered',
    code: 'in-chart',
    location: originInFile(`${chart}Chart.yaml`, 0).locate(0, 0),
    problem: `the chart has ${what} with {{ }}, not looked at`,
    ...(count > 1 && { count }),
  };
}
