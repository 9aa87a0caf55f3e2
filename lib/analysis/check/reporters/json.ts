import type { Finding } from '../finding';
import type { ReportOptions } from './report-options';
import { countFiles } from './summary';

/** For programs: all findings as they are, with the counts a script asks for first. */
export function toJson(findings: readonly Finding[], { files }: ReportOptions = {}): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const report = {
    summary: {
      errors,
      warnings: findings.length - errors,
      ...(files && { files: countFiles(findings, files) }),
    },
    findings,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
