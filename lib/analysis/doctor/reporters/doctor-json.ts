import type { Diagnosis } from '../diagnose';
import { verdictOf } from '../diagnose';

/** For programs: every check with what came of it. */
export function diagnosisToJson(diagnosis: Diagnosis): string {
  const { takenAt, outcomes } = diagnosis;
  const checks = outcomes.map(({ check: { id, group, title }, looked, findings, unseen }) => ({
    check: id,
    group,
    title,
    looked,
    findings: findings.map(({ check: _, group: __, ...finding }) => finding),
    unseen,
  }));
  return `${JSON.stringify({ takenAt, verdict: verdictOf(diagnosis), checks }, undefined, 2)}\n`;
}
