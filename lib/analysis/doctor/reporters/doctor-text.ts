import { visibleText } from '../../../base/visible-text';
import type { CheckOutcome, Diagnosis, HealthFinding } from '../diagnose';
import { summarizeDiagnosis } from './doctor-summary';
import { adviceOnRights, checksOf, partText, reasonText, type UnseenReasons, unseenReasons } from './unseen-reasons';

/** Tones a line may have; whoever calls knows whether there are colours. */
export type DoctorTone = 'ok' | 'error' | 'warning' | 'unseen';

/** Puts a text into a tone. */
export type DoctorPainter = (tone: DoctorTone, text: string) => string;

/** How many findings of one check are written out. */
const SHOWN = 5;

const MARKS: Readonly<Record<DoctorTone, string>> = { ok: '✓', error: '×', warning: '‼', unseen: '–' };

/** For people: a line for each check that is well and for each thing that is not, details below those, and a summary. */
export function diagnosisToText(diagnosis: Diagnosis, paint: DoctorPainter = (_, text) => text): string {
  const reasons = unseenReasons(diagnosis.outcomes);
  const rights = adviceOnRights(diagnosis.outcomes);
  const lines = [
    ...diagnosis.outcomes.flatMap((outcome) => linesOf(outcome, reasons, paint)),
    ...reasons.common.flatMap((reason) => [
      `${paint('unseen', MARKS.unseen)} not checked ${visibleText(reasonText(reason))}`,
      ...checksOf(reason).map((checks) => `    ${checks}`),
    ]),
    ...(rights === undefined ? [] : [`    fix  ${rights}`]),
  ];
  return [...lines, ...(lines.length > 0 ? [''] : []), summarizeDiagnosis(diagnosis), ''].join('\n');
}

function linesOf(outcome: CheckOutcome, { own, more }: UnseenReasons, paint: DoctorPainter): readonly string[] {
  const { check, looked, findings, unseen } = outcome;
  const line = (tone: DoctorTone, text: string) => `${paint(tone, MARKS[tone])} ${check.group}: ${visibleText(text)}`;
  const lines: string[] = [];
  findings.slice(0, SHOWN).forEach((finding, index) => {
    lines.push(line(finding.severity, finding.found), ...finding.evidence.map((text) => `    ${visibleText(text)}`));
    const next = findings[index + 1];
    // What several have in common is said behind the last of them.
    const isLast =
      index === SHOWN - 1 || next === undefined || next.cause !== finding.cause || next.fix !== finding.fix;
    if (isLast) lines.push(...advice(finding));
  });
  if (findings.length > SHOWN)
    lines.push(`    … and ${findings.length - SHOWN} more of this kind; --output json lists them all`);
  for (const reason of own.get(outcome) ?? []) {
    lines.push(line('unseen', `${check.title}: not checked${partText(outcome)} ${reasonText(reason)}`));
  }
  const left = more.get(outcome);
  if (left !== undefined)
    lines.push(line('unseen', `${check.title}: not checked for ${left} more reasons; --output json lists them all`));
  if (findings.length === 0 && unseen.length === 0) lines.push(line('ok', `${check.title} (${looked})`));
  return lines;
}

function advice({ check, cause, fix, source }: HealthFinding): readonly string[] {
  return [
    `    why  ${visibleText(cause)}`,
    `    fix  ${visibleText(fix)}`,
    `    see  docs/doctor.md#${check}; ${visibleText(source)}`,
  ];
}
