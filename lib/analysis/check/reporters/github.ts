import type { Finding } from '../finding';
import { foundText } from '../finding-text';
import { nameOf } from './text';

/** For GitHub Actions: a workflow command for each finding, which becomes an annotation at its line. */
export function toGithub(findings: readonly Finding[]): string {
  return findings
    .map((finding) => {
      const { severity, location, rule, why, fix } = finding;
      const properties = {
        file: location.file,
        line: String(location.line),
        col: String(location.column),
        title: [rule, nameOf(finding)].filter((part) => part !== '').join(' '),
      };
      const list = Object.entries(properties).map(([key, text]) => `${key}=${escapeProperty(text)}`);
      return `::${severity} ${list.join(',')}::${escapeData(`${foundText(finding)}\n${why}\nFix: ${fix}`)}\n`;
    })
    .join('');
}

/** Escapes as actions/toolkit does (packages/core/src/command.ts), so that no text can be a command of its own. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
