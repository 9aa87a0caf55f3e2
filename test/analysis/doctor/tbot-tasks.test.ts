import { TBOT_TASKS_SUCCEED_CHECK } from '../../../lib/analysis/doctor/checks/teleport/tbot-tasks-succeed';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { readMetrics } from '../../../lib/analysis/doctor/read-proxy';

/** As tbot prints them, with what nobody looks at. */
const METRICS = `# HELP tbot_task_iterations_total Number of task iteration attempts, not counting retries
# TYPE tbot_task_iterations_total counter
tbot_task_iterations_total{name="bot-identity-renewal",service="identity"} 12
tbot_task_iterations_total{name="submit-heartbeat",service="heartbeat"} 4
tbot_task_iterations_failed{name="bot-identity-renewal",service="identity"} FAILED
grpc_server_handled_total{grpc_code="OK",grpc_method="StreamSecrets",grpc_service="envoy.service.secret.v3.SecretDiscoveryService",grpc_type="bidi_stream",server="tbot-workload-identity-api"} 3
grpc_server_handled_total{grpc_code="Canceled",grpc_method="StreamSecrets",grpc_type="bidi_stream"} 9
grpc_server_handled_total{grpc_code="Unknown",grpc_method="StreamSecrets",grpc_type="bidi_stream"} REFUSED
`;

function look(failed: number, refused: number, isReady = true) {
  const metrics = readMetrics(METRICS.replace('FAILED', `${failed}`).replace('REFUSED', `${refused}`), /./);
  const snapshot = exampleSnapshot({
    tbots: [{ namespace: 'teleport-system', pod: 'tbot-1', readyz: 'ok', metrics }],
    objects: {
      pods: [
        ...Object.values(EXAMPLE_PODS),
        ...(isReady ? [] : [examplePod('shop', 'late', { proxy: true, ready: false })]),
      ],
    },
  });
  const [outcome] = diagnose(snapshot, { checks: [TBOT_TASKS_SUCCEED_CHECK] }).outcomes;
  return outcome?.findings.map(({ severity, found }) => [severity, found]);
}

test.each([
  ['never', 0, []],
  ['once, long ago', 1, []],
  ['half of the time', 6, [['warning', 'teleport-system/tbot-1: task bot-identity-renewal has failed 6 of 12 times']]],
  ['always', 12, [['error', 'teleport-system/tbot-1: task bot-identity-renewal has failed 12 of 12 times']]],
])('a task that failed %s', (_, failed, expected) => {
  expect(look(failed, 0)).toEqual(expected);
});

test('streams that ended with an error count where a proxy of the node is not ready', () => {
  expect(look(0, 7)).toEqual([]);
  expect(look(0, 7, false)).toEqual([
    [
      'warning',
      'teleport-system/tbot-1 has ended streams to proxies with errors, and a proxy on its node is not ready',
    ],
  ]);
  expect(look(0, 0, false)).toEqual([]);
});

test('metrics that may not be read are not looked at; a tbot without any says nothing', () => {
  const tbots = [{ namespace: 'teleport-system', pod: 'tbot-1', readyz: 'ok', metrics: {} }];
  const gaps = [{ subject: 'tbots/teleport-system/tbot-1/metrics', because: 'forbidden' }];
  const outcomes = (snapshot: ReturnType<typeof exampleSnapshot>) =>
    diagnose(snapshot, { checks: [TBOT_TASKS_SUCCEED_CHECK] }).outcomes;

  expect(outcomes(exampleSnapshot({ tbots, gaps }))[0]?.unseen).toEqual([
    { what: 'the metrics of teleport-system/tbot-1', because: 'forbidden' },
  ]);
  expect(outcomes(exampleSnapshot({ tbots }))).toEqual([]);
});
