import type { Finding } from '../finding';
import { countOf } from '../finding-text';
import type { ReportOptions } from './report-options';

/** One line: `2 errors, 1 warning in 2 of 7 files`. */
export function summarize(findings: readonly Finding[], { files, holdsNothing = false }: ReportOptions = {}): string {
  const hit = new Set(findings.map(({ location }) => location.file));
  const checked = countFiles(findings, files ?? []);
  if (findings.length === 0 && holdsNothing) return `nothing was checked: no manifest in ${count(checked, 'file')}`;
  if (findings.length === 0) return checked === 0 ? 'no findings' : `no findings in ${count(checked, 'file')}`;
  const errors = countOf(findings.filter(({ severity }) => severity === 'error'));
  const where = checked > hit.size ? `${hit.size} of ${count(checked, 'file')}` : count(hit.size, 'file');
  return `${count(errors, 'error')}, ${count(countOf(findings) - errors, 'warning')} in ${where}`;
}

/** The number of checked files: those that could be read, and those with only a reading problem. */
export function countFiles(findings: readonly Finding[], files: readonly string[]): number {
  return new Set([...files, ...findings.map(({ location }) => location.file)]).size;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
