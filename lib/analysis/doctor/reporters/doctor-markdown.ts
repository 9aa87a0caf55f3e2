import { markdownText } from '../../../base/markdown-text';
import type { Diagnosis } from '../diagnose';
import { summarizeDiagnosis } from './doctor-summary';

/** How many findings of one check are written out, as an issue is for people. */
const SHOWN = 10;

/** For an issue to paste: findings with their evidence, then what could not be looked at. */
export function diagnosisToMarkdown(diagnosis: Diagnosis): string {
  const { outcomes } = diagnosis;
  const findings = outcomes.flatMap((outcome) => [
    ...outcome.findings
      .slice(0, SHOWN)
      .flatMap(({ severity, group, found, evidence, cause, fix, check }) => [
        `- **${severity === 'error' ? '×' : '‼'} ${group}: ${markdownText(found)}** (\`${check}\`)`,
        ...evidence.map((text) => `  - ${markdownText(text)}`),
        `  - why: ${markdownText(cause)}`,
        `  - fix: ${markdownText(fix)}`,
      ]),
    ...(outcome.findings.length > SHOWN
      ? [`- … and ${outcome.findings.length - SHOWN} more of \`${outcome.check.id}\``]
      : []),
  ]);
  const unseen = outcomes.flatMap(({ check, unseen: parts }) =>
    parts
      .slice(0, SHOWN)
      .map(
        ({ what, because }) =>
          `- – ${check.group}: ${markdownText(check.title)}: ${markdownText(what)}: ${markdownText(because)}`,
      ),
  );
  const well = outcomes.filter((outcome) => outcome.findings.length === 0 && outcome.unseen.length === 0);
  return [
    `## doctor: ${summarizeDiagnosis(diagnosis)}`,
    '',
    ...section('What is wrong', findings),
    ...section('Not looked at', unseen),
    ...section(
      'Well',
      well.map(({ check, looked }) => `- ✓ ${check.group}: ${markdownText(check.title)} (${looked})`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}
