import { visibleText } from '../../../base/visible-text';
import type { Finding, Severity } from '../finding';
import { foundText } from '../finding-text';
import type { ReportOptions } from './report-options';
import { summarize } from './summary';

const RESET = '\u001b[0m';
const STYLES = { bold: '\u001b[1m', dim: '\u001b[2m', error: '\u001b[31m', warning: '\u001b[33m', ok: '\u001b[32m' };

/** For people: findings by file, each with what was found, why it matters and what to do, and a summary. */
export function toText(findings: readonly Finding[], options: ReportOptions = {}): string {
  const paint = (style: keyof typeof STYLES, text: string) =>
    options.color === true ? `${STYLES[style]}${text}${RESET}` : text;
  const lines: string[] = [];
  let file: string | undefined;
  for (const finding of findings) {
    const { location, severity, rule } = finding;
    if (location.file !== file) {
      if (file !== undefined) lines.push('');
      file = location.file;
      lines.push(paint('bold', visibleText(file)));
    }
    const place = `${location.line}:${location.column}`;
    const about = nameOf(finding);
    lines.push(`  ${place}  ${paint(severity, severity)}  ${rule}${about === '' ? '' : paint('dim', `  ${about}`)}`);
    lines.push(`      ${visibleText(foundText(finding))}`);
    lines.push(`      ${paint('dim', 'why')}  ${finding.why}`);
    lines.push(`      ${paint('dim', 'fix')}  ${visibleText(finding.fix)}`);
  }
  if (lines.length > 0) lines.push('');
  lines.push(paint(worst(findings), summarize(findings, options)));
  return `${lines.join('\n')}\n`;
}

/** `Kind namespace/name` of the object a finding is about; empty if there is none. */
export function nameOf({ resource }: Finding): string {
  if (!resource) return '';
  const name = resource.namespace === undefined ? resource.name : `${resource.namespace}/${resource.name}`;
  return visibleText(`${resource.kind} ${name}`);
}

function worst(findings: readonly Finding[]): Severity | 'ok' {
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  return findings.length > 0 ? 'warning' : 'ok';
}
