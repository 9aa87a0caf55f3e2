import { addTo } from '../../../base/add-to';
import { escapeXml } from '../../../base/escape-xml';
import { visibleText } from '../../../base/visible-text';
import type { Finding } from '../finding';
import { foundText } from '../finding-text';
import type { ReportOptions } from './report-options';
import { nameOf } from './text';

/** For CI systems that show tests: a suite for each file, a case for each finding, failed at or above `failOn`. */
export function toJunit(findings: readonly Finding[], { files = [], failOn = 'error' }: ReportOptions = {}): string {
  const byFile = new Map<string, Finding[]>(files.map((file) => [visibleText(file), []]));
  for (const finding of findings) {
    const { file } = finding.location;
    addTo(byFile, file, finding);
  }
  const fails = ({ severity }: Finding) => severity === 'error' || failOn === 'warning';
  const cases = (all: readonly Finding[]) => Math.max(all.length, 1);
  const tests = [...byFile.values()].reduce((sum, all) => sum + cases(all), 0);
  const suites = [...byFile].map(([file, all]) =>
    [
      `  <testsuite name="${escapeXml(file)}" tests="${cases(all)}" failures="${all.filter(fails).length}" errors="0" skipped="0">`,
      ...(all.length > 0
        ? all.map((finding) => toCase(finding, fails(finding)))
        : [`    <testcase name="no findings" classname="${escapeXml(file)}"/>`]),
      '  </testsuite>',
    ].join('\n'),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="teleport-istio check" tests="${tests}" failures="${findings.filter(fails).length}" errors="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function toCase(finding: Finding, fails: boolean): string {
  const { rule, severity, code, location, why, fix } = finding;
  const found = foundText(finding);
  const name = [rule, nameOf(finding), `line ${location.line}`].filter((part) => part !== '').join(', ');
  const place = `${location.file}:${location.line}:${location.column}`;
  return [
    `    <testcase name="${escapeXml(name)}" classname="${escapeXml(location.file)}">`,
    fails
      ? `      <failure type="${code === undefined ? severity : `${severity} ${code}`}" message="${escapeXml(found)}">${escapeXml(`${place}\n${why}\nFix: ${fix}`)}</failure>`
      : `      <system-out>${escapeXml(`${severity}: ${found}\n${place}\n${why}\nFix: ${fix}`)}</system-out>`,
    '    </testcase>',
  ].join('\n');
}
