import type { Finding } from '../finding';
import { countOf } from '../finding-text';
import type { ReportOptions } from './report-options';
import { countFiles } from './summary';

/** For programs: all findings as they are, with the counts a script asks for first. */
export function toJson(findings: readonly Finding[], { files }: ReportOptions = {}): string {
  const errors = countOf(findings.filter(({ severity }) => severity === 'error'));
  const report = {
    summary: {
      errors,
      warnings: countOf(findings) - errors,
      ...(files && { files: countFiles(findings, files) }),
    },
    findings,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
