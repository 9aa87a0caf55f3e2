import { visibleText } from '../../../base/visible-text';
import type { Finding } from '../finding';
import { foundText } from '../finding-text';
import { fingerprints } from './fingerprints';

/**
 * For GitLab's merge requests: a Code Quality report, which is a subset of Code Climate's format
 * (gitlab-org/gitlab doc/ci/testing/code_quality.md).
 */
export function toGitlab(findings: readonly Finding[]): string {
  const names = fingerprints(findings);
  const issues = findings.map((finding, index) => ({
    description: visibleText(`${foundText(finding)}. ${finding.why} Fix: ${finding.fix}.`),
    check_name: finding.rule,
    fingerprint: names[index],
    severity: finding.severity === 'error' ? 'critical' : 'minor',
    // GitLab takes paths relative to the repository, without "./".
    location: {
      path: finding.location.file.replaceAll('\\', '/').replace(/^\.\//, ''),
      lines: { begin: finding.location.line },
    },
  }));
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
