import { escapeXml } from '../../../base/escape-xml';
import { visibleText } from '../../../base/visible-text';
import { type CheckOutcome, type Diagnosis, failingOf, type HealthFinding } from '../diagnose';
import { DOCTOR_GROUPS } from '../groups';
import type { HealthSeverity } from '../health-check';

/** How many reasons of a check that was not made are written out. */
const SHOWN = 5;

/**
 * For CI systems that show tests: a suite for each group, a case for each check; checks that were not run are skipped.
 * Findings below the severity that fails the command fail no test: they are shown with it.
 */
export function diagnosisToJunit(diagnosis: Diagnosis, failOn: HealthSeverity = 'error'): string {
  return diagnosesToJunit([['', diagnosis]], failOn);
}

/** The same for several clusters, whose names stand before those of the suites. */
export function diagnosesToJunit(
  parts: readonly (readonly [cluster: string, diagnosis: Diagnosis])[],
  failOn: HealthSeverity = 'error',
): string {
  const outcomes = parts.flatMap(([, diagnosis]) => diagnosis.outcomes);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="teleport-istio doctor" ${counts(outcomes, failOn)}>`,
    ...parts.flatMap(([cluster, diagnosis]) => suitesOf(cluster === '' ? '' : `${cluster}.`, diagnosis, failOn)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(prefix: string, { outcomes }: Diagnosis, failOn: HealthSeverity): readonly string[] {
  return DOCTOR_GROUPS.map((group) => [group, outcomes.filter(({ check }) => check.group === group)] as const)
    .filter(([, all]) => all.length > 0)
    .map(([group, all]) => {
      const skipped = all.filter((outcome) => isSkipped(outcome, failOn)).length;
      return [
        `  <testsuite name="${escapeXml(visibleText(prefix))}${group}" ${counts(all, failOn)} skipped="${skipped}">`,
        ...all.map((outcome) => toCase(prefix, outcome, failOn)),
        '  </testsuite>',
      ].join('\n');
    });
}

function counts(outcomes: readonly CheckOutcome[], failOn: HealthSeverity): string {
  const failures = outcomes.filter((outcome) => failingOf(outcome, failOn).length > 0).length;
  return `tests="${outcomes.length}" failures="${failures}" errors="0"`;
}

function isSkipped(outcome: CheckOutcome, failOn: HealthSeverity): boolean {
  return failingOf(outcome, failOn).length === 0 && outcome.unseen.length > 0;
}

function toCase(prefix: string, outcome: CheckOutcome, failOn: HealthSeverity): string {
  const { check, findings, unseen } = outcome;
  const head = `    <testcase name="${escapeXml(check.title)}" classname="${escapeXml(visibleText(prefix))}${check.group}.${check.id}"`;
  const text = (value: string) => escapeXml(visibleText(value));
  const failing = failingOf(outcome, failOn);
  const all = unseen.map(({ what, because }) => `${what}: ${because}`);
  const left = all.length > SHOWN ? `; and ${all.length - SHOWN} more` : '';
  const parts = [
    ...failing.map(
      (finding) =>
        `      <failure type="${finding.severity}" message="${text(finding.found)}">${escapeXml(detailsOf(finding))}</failure>`,
    ),
    ...(isSkipped(outcome, failOn)
      ? [`      <skipped message="${text(`${all.slice(0, SHOWN).join('; ')}${left}`)}"/>`]
      : []),
    ...findings
      .filter((finding) => !failing.includes(finding))
      .map(
        (finding) =>
          `      <system-out>${escapeXml(`${visibleText(finding.found)}\n${detailsOf(finding)}`)}</system-out>`,
      ),
  ];
  return parts.length === 0 ? `${head}/>` : [`${head}>`, ...parts, '    </testcase>'].join('\n');
}

function detailsOf({ evidence, cause, fix }: HealthFinding): string {
  return [...evidence, cause, `Fix: ${fix}`].map(visibleText).join('\n');
}
