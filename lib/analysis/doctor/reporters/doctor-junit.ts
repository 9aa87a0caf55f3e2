import { escapeXml } from '../../../base/escape-xml';
import { visibleText } from '../../../base/visible-text';
import type { CheckOutcome, Diagnosis } from '../diagnose';
import { DOCTOR_GROUPS } from '../groups';

/** How many reasons of a check that was not made are written out. */
const SHOWN = 5;

/** For CI systems that show tests: a suite for each group, a case for each check; what was not looked at is skipped. */
export function diagnosisToJunit(diagnosis: Diagnosis): string {
  return diagnosesToJunit([['', diagnosis]]);
}

/** The same for several clusters, whose names stand before those of the suites. */
export function diagnosesToJunit(parts: readonly (readonly [cluster: string, diagnosis: Diagnosis])[]): string {
  const outcomes = parts.flatMap(([, diagnosis]) => diagnosis.outcomes);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="teleport-istio doctor" tests="${outcomes.length}" failures="${outcomes.filter(hasFailed).length}" errors="0">`,
    ...parts.flatMap(([cluster, diagnosis]) => suitesOf(cluster === '' ? '' : `${cluster}.`, diagnosis)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suitesOf(prefix: string, { outcomes }: Diagnosis): readonly string[] {
  return DOCTOR_GROUPS.map((group) => [group, outcomes.filter(({ check }) => check.group === group)] as const)
    .filter(([, all]) => all.length > 0)
    .map(([group, all]) =>
      [
        `  <testsuite name="${escapeXml(visibleText(prefix))}${group}" tests="${all.length}" failures="${all.filter(hasFailed).length}" errors="0" skipped="${all.filter(isSkipped).length}">`,
        ...all.map((outcome) => toCase(prefix, outcome)),
        '  </testsuite>',
      ].join('\n'),
    );
}

function hasFailed({ findings }: CheckOutcome): boolean {
  return findings.length > 0;
}

function isSkipped({ findings, unseen }: CheckOutcome): boolean {
  return findings.length === 0 && unseen.length > 0;
}

function toCase(prefix: string, outcome: CheckOutcome): string {
  const { check, findings, unseen } = outcome;
  const head = `    <testcase name="${escapeXml(check.title)}" classname="${escapeXml(visibleText(prefix))}${check.group}.${check.id}"`;
  const text = (value: string) => escapeXml(visibleText(value));
  if (isSkipped(outcome)) {
    const all = unseen.map(({ what, because }) => `${what}: ${because}`);
    const left = all.length > SHOWN ? `; and ${all.length - SHOWN} more` : '';
    const reasons = `${all.slice(0, SHOWN).join('; ')}${left}`;
    return `${head}><skipped message="${text(reasons)}"/></testcase>`;
  }
  if (findings.length === 0) return `${head}/>`;
  const failures = findings.map(({ severity, found, evidence, cause, fix }) => {
    const body = [...evidence, cause, `Fix: ${fix}`].map(visibleText).join('\n');
    return `      <failure type="${severity}" message="${text(found)}">${escapeXml(body)}</failure>`;
  });
  return [`${head}>`, ...failures, '    </testcase>'].join('\n');
}
