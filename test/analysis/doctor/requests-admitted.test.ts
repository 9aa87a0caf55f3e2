import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_POLICIES, examplePolicy } from '../../../lib/analysis/doctor/examples/example-policies';
import { exampleProxy, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { JsonObject } from '../../../lib/base/json';

const DENIED = { stats: { 'http.inbound_0.0.0.0_8080;.rbac.denied': 42 } };

function found(...policies: readonly JsonObject[]) {
  const snapshot = exampleSnapshot({
    objects: { 'authorizationpolicies.security.istio.io': [EXAMPLE_POLICIES.web, ...policies] },
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

describe('a workload that nobody has called yet', () => {
  const quiet = (policies: readonly JsonObject[], objects: Readonly<Record<string, readonly JsonObject[]>> = {}) => {
    const snapshot = exampleSnapshot({
      objects: { 'authorizationpolicies.security.istio.io': policies, ...objects },
      proxies: [exampleProxy('api')],
    });
    const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === 'requests-admitted');
    return outcome?.findings.map(({ severity, found: text }) => ({ severity, text }));
  };

  test('is a warning where it has a Service and its policy is gone from a closed namespace', () => {
    expect(quiet([EXAMPLE_POLICIES.deny])).toEqual([
      { severity: 'warning', text: expect.stringContaining('shop/api has a Service, and no policy allows any caller') },
    ]);
  });

  test('is well where a policy allows somebody, where it is meant to be closed, and where nothing is closed', () => {
    expect(quiet([EXAMPLE_POLICIES.deny, EXAMPLE_POLICIES.api])).toEqual([]);
    expect(quiet([EXAMPLE_POLICIES.deny, examplePolicy('own', { selector: { matchLabels: { app: 'api' } } })])).toEqual(
      [],
    );
    expect(quiet([])).toEqual([]);
  });

  test('is well without a Service, as a worker that only calls others', () => {
    expect(quiet([EXAMPLE_POLICIES.deny], { services: [] })).toEqual([]);
  });
});
