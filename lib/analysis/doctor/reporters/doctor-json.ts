import type { Diagnosis } from '../diagnose';
import { verdictOf } from '../diagnose';
import type { HealthSeverity } from '../health-check';

/** For programs: every check with what came of it, and one word for all as the exit code has it. */
export function diagnosisToJson(diagnosis: Diagnosis, failOn: HealthSeverity = 'error'): string {
  const { takenAt, sample, outcomes } = diagnosis;
  const checks = outcomes.map(({ check: { id, group, title }, looked, findings, unseen }) => ({
    check: id,
    group,
    title,
    looked,
    findings: findings.map(({ check: _, group: __, ...finding }) => finding),
    unseen,
  }));
  const proxies = sample && { checked: sample.checked, all: sample.all };
  return `${JSON.stringify({ takenAt, verdict: verdictOf(diagnosis, failOn), proxies, checks }, undefined, 2)}\n`;
}
