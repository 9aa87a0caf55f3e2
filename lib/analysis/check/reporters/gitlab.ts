import { visibleText } from '../../../base/visible-text';
import type { Finding } from '../finding';
import { fingerprints } from './fingerprints';

/**
 * For GitLab's merge requests: a Code Quality report, which is a subset of Code Climate's format
 * (gitlab-org/gitlab doc/ci/testing/code_quality.md).
 */
export function toGitlab(findings: readonly Finding[]): string {
  const names = fingerprints(findings);
  const issues = findings.map(({ rule, severity, location, found, why, fix }, index) => ({
    description: visibleText(`${found}. ${why} Fix: ${fix}.`),
    check_name: rule,
    fingerprint: names[index],
    severity: severity === 'error' ? 'critical' : 'minor',
    // GitLab takes paths relative to the repository, without "./".
    location: { path: location.file.replaceAll('\\', '/').replace(/^\.\//, ''), lines: { begin: location.line } },
  }));
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
