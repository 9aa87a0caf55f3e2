import { escapeXml } from '../../../base/escape-xml';
import { visibleText } from '../../../base/visible-text';
import type { Finding } from '../finding';
import type { ReportOptions } from './report-options';
import { nameOf } from './text';

/** For CI systems that show tests: a suite for each file, a failed case for each finding. */
export function toJunit(findings: readonly Finding[], { files = [] }: ReportOptions = {}): string {
  const byFile = new Map<string, Finding[]>(files.map((file) => [visibleText(file), []]));
  for (const finding of findings) {
    const { file } = finding.location;
    byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  }
  const cases = (all: readonly Finding[]) => Math.max(all.length, 1);
  const tests = [...byFile.values()].reduce((sum, all) => sum + cases(all), 0);
  const suites = [...byFile].map(([file, all]) =>
    [
      `  <testsuite name="${escapeXml(file)}" tests="${cases(all)}" failures="${all.length}" errors="0" skipped="0">`,
      ...(all.length > 0 ? all.map(toCase) : [`    <testcase name="no findings" classname="${escapeXml(file)}"/>`]),
      '  </testsuite>',
    ].join('\n'),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="teleport-istio check" tests="${tests}" failures="${findings.length}" errors="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function toCase(finding: Finding): string {
  const { rule, severity, location, found, why, fix } = finding;
  const name = [rule, nameOf(finding), `line ${location.line}`].filter((part) => part !== '').join(', ');
  const place = `${location.file}:${location.line}:${location.column}`;
  return [
    `    <testcase name="${escapeXml(name)}" classname="${escapeXml(location.file)}">`,
    `      <failure type="${severity}" message="${escapeXml(found)}">${escapeXml(`${place}\n${why}\nFix: ${fix}`)}</failure>`,
    '    </testcase>',
  ].join('\n');
}
