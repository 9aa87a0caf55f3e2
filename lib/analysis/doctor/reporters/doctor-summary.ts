import { amountOf } from '../../../base/amount-of';
import type { Diagnosis, ProxySample } from '../diagnose';

/** One line for all. */
export function summarizeDiagnosis({ outcomes, takenAt, sample }: Diagnosis): string {
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const unseen = outcomes.filter((outcome) => outcome.unseen.length > 0).length;
  const isOpen = outcomes.some((outcome) => outcome.isOpen);
  const parts = [
    `${outcomes.length} checks at ${takenAt}`,
    amountOf(errors, 'error'),
    amountOf(findings.length - errors, 'warning'),
    ...(unseen > 0 ? [`${unseen} not or only partly checked`] : []),
  ];
  const verdict =
    outcomes.length === 0
      ? 'nothing could be checked'
      : findings.length === 0 && !isOpen
        ? unseen === 0
          ? 'no problems found'
          : 'no problems found; Teleport’s side was not checked'
        : undefined;
  const rest = verdict === undefined ? parts.slice(1) : [verdict];
  return [...parts.slice(0, 1), ...rest, ...(sample === undefined ? [] : [sampleText(sample)])].join(', ');
}

/** A tick for a sample says nothing of the others. */
function sampleText({ checked, all, isChosen }: ProxySample): string {
  return `${checked} of ${amountOf(all, 'proxy', 'proxies')} checked${isChosen ? ' (--all checks every one)' : ''}`;
}
