import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, examplePod, examplePodsWith } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import type { LogReading } from '../../../lib/analysis/doctor/snapshot';
import type { JsonObject } from '../../../lib/base/json';
import { JOIN_MESSAGES } from '../../../lib/upstream/messages/tbot-messages';

/** First what each check found, then why. */
function found(pods: readonly JsonObject[], logs: readonly LogReading[]) {
  const { outcomes } = diagnose(exampleSnapshot({ objects: { pods }, logs }));
  return outcomes.flatMap(({ findings }) => findings.map(({ check, found: text, cause }) => [check, text, cause]));
}

const LATE = examplePod('shop', 'late', { proxy: true, ready: false });
const proxyLog = (text: string): LogReading => ({ namespace: 'shop', pod: 'late-1', container: 'istio-proxy', text });

test('Teleport’s refusal is read where it stands: in the log of the proxy, in several lines', () => {
  const [first] = found(
    [...Object.values(EXAMPLE_PODS), LATE],
    [
      exampleLog('tbot', 'INFO joined'),
      proxyLog(
        '2026-11-01T12:02:00.000000Z\twarning\tenvoy config external/envoy/source/extensions/config_subscription/grpc/grpc_stream.h:226\tStreamSecrets gRPC config stream to sds-grpc closed: 2, fetching X509 SVIDs\n\tworkload identity failed evaluation\n\t\tattributes did not pass rule evaluation\n\t\t\tno matching rule found\n',
      ),
    ],
  );

  expect(first).toEqual([
    'identities-issued',
    'shop/late: Teleport refuses the identity',
    expect.stringContaining('its namespace is not in the rule'),
  ]);
});

test('a refusal of the time before the pod is over', () => {
  const log = proxyLog(
    '2026-11-01T11:00:00Z\twarning\tStreamSecrets gRPC config stream to sds-grpc closed: 2, no matching rule found\n',
  );

  expect(
    found([...Object.values(EXAMPLE_PODS), LATE], [exampleLog('tbot', 'joined'), log]).map(([check]) => check),
  ).toEqual(['proxies-ready']);
});

test('a kubelet that refuses is known by what tbot makes of its plain words', () => {
  const line =
    "WARN Failed to perform Kubernetes workload attestation error:listing all pods decoding response invalid character 'F' looking for beginning of value";
  const [first] = found(examplePodsWith({ api: false }), [exampleLog('tbot', line)]);

  expect(first).toEqual([
    'pods-attested',
    'teleport-system/tbot-1: it cannot attest the pods of its node',
    'tbot’s role lacks the permission to list the kubelet’s pods.',
  ]);
});

test.each(Object.entries(JOIN_MESSAGES))('a tbot that may not join: %s', (_, { example }) => {
  const [first] = found(examplePodsWith({ tbot: false }), [
    exampleLog('tbot', `ERROR joining with token\n\t${example}`),
  ]);

  expect(first?.[0]).toBe('tbot-joins');
  expect(first?.[2]).not.toBe('Teleport refuses to let tbot join.');
});

test.each([
  ['of a fault before the pod that waits now', '2026-11-01T11:59:00Z', ['proxies-ready']],
  ['of a moment ago', '2026-11-01T12:09:55Z', ['pods-attested', 'proxies-ready']],
])('a failed attestation %s', (_, time, expected) => {
  const line = `${time} WARN Failed to perform Kubernetes workload attestation error:listing all pods`;
  const checks = found([...Object.values(EXAMPLE_PODS), LATE], [exampleLog('tbot', line), proxyLog('starting\n')]);

  expect(checks.map(([check]) => check)).toEqual(expected);
});

test('a pod that was not listed at first, and refused later, was attested', () => {
  const refused = (time: string) =>
    proxyLog(`${time}\twarning\tStreamSecrets gRPC config stream to sds-grpc closed: 2, no matching rule found\n`);
  const failed = exampleLog(
    'tbot',
    '2026-11-01T12:09:55Z WARN Failed to perform Kubernetes workload attestation error:finding pod by ID',
  );
  const pods = [...Object.values(EXAMPLE_PODS), LATE];

  expect(found(pods, [failed, refused('2026-11-01T12:09:56Z')])[0]?.[0]).toBe('pods-attested');
  expect(found(pods, [failed, refused('2026-11-01T12:10:05Z')])[0]?.[0]).toBe('identities-issued');
});

test('a kubelet that cannot be found is no Teleport that cannot be', () => {
  const line = 'WARN Workload attestation failed error: dial tcp: lookup node-1 on 10.96.0.10:53: no such host';
  const checks = found(examplePodsWith({ api: false }), [exampleLog('tbot', line)]).map(([check]) => check);

  expect(checks).toContain('pods-attested');
  expect(checks).not.toContain('tbot-joins');
});

test('a CSI driver that does not start because the directory of pods is not shared says so', () => {
  const message = 'path "/var/lib/kubelet/pods" is mounted on "/" but it is not a shared mount';
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    reason: 'Failed',
    message,
    metadata: { name: 'one', namespace: 'teleport-system' },
    involvedObject: { kind: 'Pod', namespace: 'teleport-system', name: 'spiffe-csi-driver-1' },
  };
  const snapshot = exampleSnapshot({ objects: { pods: examplePodsWith({ csi: false }), events: [event] } });
  const outcome = diagnose(snapshot).outcomes.find(({ check }) => check.id === 'csi-driver-on-nodes');

  expect(outcome?.findings.map(({ cause }) => cause)).toEqual([expect.stringContaining('not mounted as shared')]);
});

describe('a refusal because no rule matches', () => {
  const refusal = proxyLog(
    '2026-11-01T12:02:01Z\twarning\tStreamSecrets gRPC config stream to sds-grpc closed: 7, no matching rule found',
  );
  const causes = (line: string) =>
    found([...Object.values(EXAMPLE_PODS), LATE], [exampleLog('tbot', line), refusal])
      .filter(([check]) => check === 'identities-issued')
      .map(([, , cause]) => cause);

  test('is not the rule’s fault where tbot could not attest the pod just before', () => {
    expect(causes('2026-11-01T12:02:00Z WARN Workload attestation failed error: 403 Forbidden')).toEqual([
      expect.stringContaining('tbot could not attest the pod, so'),
    ]);
  });

  test('is the rule’s where attestation failed at another time, or did not', () => {
    const rule = [expect.stringContaining('its namespace is not in the rule')];

    expect(causes('2026-11-01T11:40:00Z WARN Workload attestation failed error: 403 Forbidden')).toEqual(rule);
    expect(causes('2026-11-01T12:02:00Z INFO joined')).toEqual(rule);
  });
});
