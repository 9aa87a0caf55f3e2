import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_CERTIFICATES } from '../../../lib/analysis/doctor/examples/example-certificates';
import { exampleProxy, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { Snapshot } from '../../../lib/analysis/doctor/snapshot';
import { CONFIGURATION_MISSING } from '../../../lib/upstream/messages/proxy-messages';
import { recorded } from './recorded';

const findings = (snapshot: Snapshot) =>
  diagnose(snapshot).outcomes.find(({ check }) => check.id === 'certificate-arrived')?.findings ?? [];

test('a proxy that requested nothing lacks its configuration, and tbot is not blamed', () => {
  const snapshot = exampleSnapshot({
    proxies: [exampleProxy('web'), exampleProxy('api', { reading: { secrets: [] } })],
    logs: [{ namespace: 'shop', pod: 'api-1', container: 'istio-proxy', text: `${CONFIGURATION_MISSING.example}\n` }],
  });
  const [finding] = findings(snapshot);

  expect(finding?.evidence[0]).toBe('it has not requested one');
  expect(finding?.evidence[1]).toContain('lds updates: 0 successful, 1 rejected');
  expect(finding?.cause).toContain('its configuration from istiod');
});

test('a proxy that waits for what it requested has its configuration', () => {
  const [finding] = findings(recorded('attestation-failed'));

  expect(finding?.evidence).toContain('waits for default');
  expect(finding?.cause).toContain('tbot');
});

describe('updates that a proxy counts as rejected', () => {
  const rejected = { 'sds.default.update_rejected': 1 };
  const severity = (...proxies: readonly ReturnType<typeof exampleProxy>[]) =>
    findings(exampleSnapshot({ proxies })).map((finding) => [finding.severity, finding.source.split(',')[0]]);

  test('are a warning where it has a certificate, as it may have taken the next one', () => {
    expect(severity(exampleProxy('web', { reading: { stats: rejected } }))).toEqual([
      ['warning', 'gravitational/teleport#68853'],
    ]);
  });

  test('are an error where it has a chain of several', () => {
    const chain = `${EXAMPLE_CERTIFICATES.web}${EXAMPLE_CERTIFICATES.teleport}`;

    expect(severity(exampleProxy('web', { chain, reading: { stats: rejected } }))).toEqual([
      ['error', 'gravitational/teleport#68853'],
    ]);
  });

  test('are the evidence where it has none', () => {
    const waiting = exampleProxy('web', { reading: { stats: rejected } });
    const secrets = waiting.secrets.map((secret) => ({ ...secret, state: 'warming' as const, chain: '', roots: {} }));
    const [finding] = findings(exampleSnapshot({ proxies: [{ ...waiting, secrets }] }));

    expect(finding?.evidence).toContain('sds.default.update_rejected: 1');
    expect(finding?.cause).toContain('Envoy cannot use what tbot sends');
  });
});
