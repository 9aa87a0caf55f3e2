import type { Diagnosis, ProxySample } from '../diagnose';

/** One line for all. */
export function summarizeDiagnosis({ outcomes, takenAt, sample }: Diagnosis): string {
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const unseen = outcomes.filter((outcome) => outcome.unseen.length > 0).length;
  const isOpen = outcomes.some((outcome) => outcome.isOpen);
  const parts = [
    `${outcomes.length} checks at ${takenAt}`,
    count(errors, 'error'),
    count(findings.length - errors, 'warning'),
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
  return `${checked} of ${count(all, 'prox', 'y', 'ies')} checked${isChosen ? ' (--all checks every one)' : ''}`;
}

function count(number: number, noun: string, one = '', many = 's'): string {
  return `${number} ${noun}${number === 1 ? one : many}`;
}
