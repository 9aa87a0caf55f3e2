import type { Finding } from '../finding';
import { toGithub } from './github';
import { toGitlab } from './gitlab';
import { toJson } from './json';
import { toJunit } from './junit';
import type { ReportOptions } from './report-options';
import { toSarif } from './sarif';
import { toText } from './text';

export type { ReportOptions } from './report-options';
export { summarize } from './summary';

/** An output format of findings. */
export type ReportFormat = 'text' | 'json' | 'sarif' | 'junit' | 'github' | 'gitlab';

const REPORTERS: Readonly<Record<ReportFormat, (findings: readonly Finding[], options: ReportOptions) => string>> = {
  text: toText,
  json: toJson,
  sarif: toSarif,
  junit: toJunit,
  github: toGithub,
  gitlab: toGitlab,
};

/** Every output format of findings. */
export const REPORT_FORMATS = Object.keys(REPORTERS) as readonly ReportFormat[];

/** Renders findings; the same findings give the same bytes. */
export function renderFindings(
  format: ReportFormat,
  findings: readonly Finding[],
  options: ReportOptions = {},
): string {
  return REPORTERS[format](findings, options);
}
