import { OriginInFile } from '../../base/yaml/text-origin';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem } from './read-problem';

/** The file that makes a directory a Helm chart, after the directory. */
const CHART = /^(.*[\\/]|)Chart\.yaml$/;

/** Where templates are below a chart: its own and those of charts inside it. */
const TEMPLATES = /^(?:charts[\\/][^\\/]+[\\/])*templates[\\/]/;

/** Where the files are that templates read: of any text, and no objects, whatever they look like. */
const FILES = /^(?:charts[\\/][^\\/]+[\\/])*files[\\/]/;

/** The Helm charts among some files. */
export class Charts {
  /** Their directories, outer ones first. */
  private readonly folders: readonly string[];

  public constructor(private readonly files: readonly ManifestFile[]) {
    const folders = files.flatMap(({ file }) => CHART.exec(file)?.[1] ?? []);
    this.folders = folders.sort((a, b) => a.length - b.length);
  }

  /** Whether a file is for the templates of a chart to read, so that Helm applies nothing of it by itself. */
  public isForTemplates(file: string): boolean {
    return this.with(FILES, file) !== undefined;
  }

  /**
   * Tells once of each chart that it has to be rendered, and not of each of its templates, which may be hundreds. Any text
   * there that has braces is one, also where what is wrong with it looks like something else.
   */
  public fold(problems: readonly ReadProblem[]): readonly ReadProblem[] {
    if (this.folders.length === 0) return problems;
    const texts = new Map(this.files.map(({ file, text }) => [file, text]));
    const templates = new Map<ReadProblem, string>();
    const counts = new Map<string, number>();
    for (const problem of problems) {
      const { file } = problem.location;
      if (!problem.id.startsWith('yaml-') || texts.get(file)?.includes('{{') !== true) continue;
      const chart = this.with(TEMPLATES, file);
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

  private with(place: RegExp, file: string): string | undefined {
    return this.folders.find((folder) => file.startsWith(folder) && place.test(file.slice(folder.length)));
  }
}

function ofChart(chart: string, count: number): ReadProblem {
  const what = count === 1 ? 'a template' : `${count} templates`;
  return {
    id: 'chart-not-rendered',
    code: 'in-chart',
    location: new OriginInFile(`${chart}Chart.yaml`, 0).locate(0, 0),
    problem: `the chart has ${what} with {{ }}; templates are not read`,
    ...(count > 1 && { count }),
  };
}
