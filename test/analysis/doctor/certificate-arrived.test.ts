import { diagnose } from '../../../lib/analysis/doctor/diagnose';
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
