import { markdownText } from '../../../base/markdown-text';
import type { Diagnosis } from '../diagnose';
import { summarizeDiagnosis } from './doctor-summary';
import { adviceOnRights, checksOf, partText, reasonText, unseenReasons } from './unseen-reasons';

/** How many findings of one check are written out, as an issue is for people. */
const SHOWN = 10;

/** For pasting into an issue: findings with their evidence, then what could not be checked. */
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
  const reasons = unseenReasons(outcomes);
  const rights = adviceOnRights(outcomes);
  const unseen = [
    ...outcomes.flatMap((outcome) => {
      const { group, title } = outcome.check;
      const name = `- – ${group}: ${markdownText(title)}`;
      const left = reasons.more.get(outcome);
      return [
        ...(reasons.own.get(outcome) ?? []).map(
          (one) => `${name}${partText(outcome)}: ${markdownText(reasonText(one))}`,
        ),
        ...(left === undefined ? [] : [`${name}: for ${left} more reasons`]),
      ];
    }),
    ...reasons.common.flatMap((reason) => [
      `- – ${markdownText(reasonText(reason))}`,
      ...checksOf(reason).map((checks) => `  - ${markdownText(checks)}`),
    ]),
    ...(rights === undefined ? [] : [`- fix: ${markdownText(rights)}`]),
  ];
  const well = outcomes.filter((outcome) => outcome.findings.length === 0 && outcome.unseen.length === 0);
  return [
    `## doctor: ${summarizeDiagnosis(diagnosis)}`,
    '',
    ...section('What is wrong', findings),
    ...section('Not checked', unseen),
    ...section(
      'Well',
      well.map(({ check, looked }) => `- ✓ ${check.group}: ${markdownText(check.title)} (${looked})`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, ''];
}
