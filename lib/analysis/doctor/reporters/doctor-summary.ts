import type { Diagnosis } from '../diagnose';

/** One line for all. */
export function summarizeDiagnosis({ outcomes, takenAt }: Diagnosis): string {
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const unseen = outcomes.filter((outcome) => outcome.unseen.length > 0).length;
  const isOpen = outcomes.some((outcome) => outcome.isOpen);
  const parts = [
    `${outcomes.length} checks at ${takenAt}`,
    count(errors, 'error'),
    count(findings.length - errors, 'warning'),
    ...(unseen > 0 ? [`${unseen} not or not wholly looked at`] : []),
  ];
  const verdict =
    outcomes.length === 0
      ? 'nothing could be looked at'
      : findings.length === 0 && !isOpen
        ? unseen === 0
          ? 'all is well'
          : 'all is well, as far as it can be seen without Teleport'
        : undefined;
  return [...parts.slice(0, 1), ...(verdict === undefined ? parts.slice(1) : [verdict])].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
