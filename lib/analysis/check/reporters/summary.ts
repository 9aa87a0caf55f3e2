import { amountOf } from '../../../base/amount-of';
import type { Finding } from '../finding';
import { countOf } from '../finding-text';
import type { ReportOptions } from './report-options';

/** One line: `2 errors, 1 warning in 2 of 7 files`. */
export function summarize(findings: readonly Finding[], { files, holdsNothing = false }: ReportOptions = {}): string {
  const hit = new Set(findings.map(({ location }) => location.file));
  const checked = countFiles(findings, files ?? []);
  if (findings.length === 0 && holdsNothing) return `nothing was checked: no manifest in ${amountOf(checked, 'file')}`;
  if (findings.length === 0) return checked === 0 ? 'no findings' : `no findings in ${amountOf(checked, 'file')}`;
  const errors = countOf(findings.filter(({ severity }) => severity === 'error'));
  const where = checked > hit.size ? `${hit.size} of ${amountOf(checked, 'file')}` : amountOf(hit.size, 'file');
  return `${amountOf(errors, 'error')}, ${amountOf(countOf(findings) - errors, 'warning')} in ${where}`;
}

/** The number of checked files: those that could be read, and those with only a reading problem. */
export function countFiles(findings: readonly Finding[], files: readonly string[]): number {
  return new Set([...files, ...findings.map(({ location }) => location.file)]).size;
}
