import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_CERTIFICATES } from '../../../lib/analysis/doctor/examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';

const checks = HEALTH_CHECKS.filter(({ id }) => id === 'calls-verify');
const both = `${EXAMPLE_CERTIFICATES.teleport}${EXAMPLE_CERTIFICATES.istiod}`;

const findings = (...roots: readonly [web: string, api: string]) => {
  const proxies = [exampleProxy('web', { root: roots[0] }), exampleProxy('api', { root: roots[1] })];
  return diagnose(exampleSnapshot({ proxies }), { checks }).outcomes[0]?.findings ?? [];
};

test('different roots that still accept everything are a rotation that has not reached all', () => {
  const [finding, ...others] = findings(both, EXAMPLE_CERTIFICATES.teleport as string);

  expect(finding?.severity).toBe('warning');
  expect(finding?.found).toContain('2 different sets of roots');
  expect(finding?.evidence.map((line) => line.split(':')[0])).toEqual(['shop/web-1', 'shop/api-1']);
  expect(others).toEqual([]);
});

test('roots that refuse something are an error, and nothing more is said of them', () => {
  const severities = findings(both, EXAMPLE_CERTIFICATES.istiod as string).map(({ severity }) => severity);

  expect(severities).toEqual(['error']);
});

test('the same roots everywhere are well', () => {
  expect(findings(both, both)).toEqual([]);
});
