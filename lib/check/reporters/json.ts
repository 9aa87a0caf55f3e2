import type { Finding } from '../finding';
import type { ReportOptions } from './report-options';

/** For programs: all findings as they are, with the counts a script asks for first. */
export function toJson(findings: readonly Finding[], { files }: ReportOptions = {}): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const report = {
    summary: {
      errors,
      warnings: findings.length - errors,
      ...(files && { files: new Set(files).size }),
    },
    findings,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
