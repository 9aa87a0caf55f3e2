import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_POLICIES, examplePolicy } from '../../../lib/analysis/doctor/examples/example-policies';
import { exampleProxy, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { JsonObject } from '../../../lib/base/json';

const DENIED = { stats: { 'http.inbound_0.0.0.0_8080;.rbac.denied': 42 } };

function found(...policies: readonly JsonObject[]) {
  const snapshot = exampleSnapshot({
    objects: { 'authorizationpolicies.security.istio.io': policies },
    proxies: [exampleProxy('web'), exampleProxy('api', { reading: DENIED })],
  });
  const outcomes = diagnose(snapshot).outcomes.filter(({ check }) => check.id === 'requests-admitted');
  return outcomes.flatMap(({ findings }) => findings.map(({ severity, found: text }) => ({ severity, text })));
}

test('a workload whose policy is gone from a closed namespace is an error', () => {
  expect(found(EXAMPLE_POLICIES.deny)).toEqual([
    { severity: 'error', text: expect.stringContaining('no policy allows any caller') },
  ]);
});

test('a workload whose own policy admits nobody was meant to be closed, so a scan of it is a warning', () => {
  const closed = examplePolicy('api', { selector: { matchLabels: { app: 'api' } } });

  expect(found(EXAMPLE_POLICIES.deny, closed)).toEqual([
    { severity: 'warning', text: expect.stringContaining('its own policy allows no caller') },
  ]);
});
