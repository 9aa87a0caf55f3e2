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
    ...(unseen > 0 ? [`${unseen} not checked, or only partly`] : []),
  ];
  const verdict =
    outcomes.length === 0
      ? 'nothing could be checked'
      : findings.length === 0 && !isOpen
        ? unseen === 0
          ? 'no problems found'
          : 'no problems found; Teleport’s side was not checked'
        : undefined;
  return [...parts.slice(0, 1), ...(verdict === undefined ? parts.slice(1) : [verdict])].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
