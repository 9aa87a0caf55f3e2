import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitored } from './monitored';

/** Prometheus' own tool, which no `npm ci` brings: go install github.com/prometheus/prometheus/cmd/promtool, or its release's archive. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) process.stderr.write('SKIPPED: alerts are not tested, as there is no promtool on the PATH\n');
const withPromtool = hasPromtool ? test : test.skip;

/** Series as promtool writes them, one value a minute; what fires at which minute, with its labels. */
interface AlertCase {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly at: number;
  readonly alert: string;
  readonly fires: readonly Readonly<Record<string, string>>[];
}

const LOOP = '{namespace="teleport-system",pod="tbot-1",service="identity",name="bot-identity-renewal"}';
const RENEWAL = { namespace: 'teleport-system', pod: 'tbot-1', service: 'identity', name: 'bot-identity-renewal' };
const HEARTBEAT = '{namespace="teleport-system",pod="tbot-1",service="heartbeat",name="submit-heartbeat"}';
const WEB = '{namespace="shop",pod="web-1"}';
const POD = { namespace: 'shop', pod: 'web-1' };
const TBOT_READY = '{namespace="teleport-system",daemonset="tbot"}';

/** A loop of tbot: a value at every iteration, which are twenty minutes apart. */
function everyTwentyMinutes(iterations: number): string {
  return ['_x19', ...Array.from({ length: iterations }, (_, done) => `${done + 1}x19`)].join(' ');
}

/** Requests to shop/carts as the proxy of one side reports them, at so many a minute. */
function requests(reporter: string, code: string, flags: string, perMinute: number): Record<string, string> {
  const labels = `reporter="${reporter}",response_code="${code}",response_flags="${flags}",destination_service_namespace="shop",destination_service_name="carts"`;
  return { [`istio_requests_total{${labels}}`]: `0+${perMinute}x60` };
}

const CARTS = { destination_service_namespace: 'shop', destination_service_name: 'carts' };

const CASES: readonly AlertCase[] = [
  {
    name: 'a renewal that failed is reported, though the series begins with its first failure',
    series: { [`tbot_task_iterations_failed${LOOP}`]: '_x19 1x30' },
    at: 22,
    alert: 'TbotRenewalFailing',
    fires: [RENEWAL],
  },
  {
    name: 'a failed heartbeat is not a renewal',
    series: { [`tbot_task_iterations_failed${HEARTBEAT}`]: '_x19 1x30' },
    at: 22,
    alert: 'TbotRenewalFailing',
    fires: [],
  },
  {
    name: 'a failure of two hours ago is over',
    series: { [`tbot_task_iterations_failed${LOOP}`]: '1x150' },
    at: 120,
    alert: 'TbotRenewalFailing',
    fires: [],
  },
  {
    name: 'a loop that succeeds every twenty minutes is not overdue',
    series: {
      [`tbot_task_iterations_total${LOOP}`]: everyTwentyMinutes(6),
      [`tbot_task_iterations_successful_count${LOOP}`]: everyTwentyMinutes(6),
    },
    at: 119,
    alert: 'TbotRenewalOverdue',
    fires: [],
  },
  {
    name: 'a loop that fails from its second iteration on is overdue half a lifetime after the first, and five minutes more',
    series: {
      [`tbot_task_iterations_total${LOOP}`]: everyTwentyMinutes(6),
      [`tbot_task_iterations_successful_count${LOOP}`]: '_x19 1x150',
    },
    at: 57,
    alert: 'TbotRenewalOverdue',
    fires: [RENEWAL],
  },
  {
    name: 'a loop that hangs in its second iteration is overdue, as nothing of it grows',
    series: {
      [`tbot_task_iterations_total${LOOP}`]: '_x19 1x19 2x150',
      [`tbot_task_iterations_successful_count${LOOP}`]: '_x19 1x150',
    },
    at: 120,
    alert: 'TbotRenewalOverdue',
    fires: [RENEWAL],
  },
  {
    name: 'a loop that never succeeded has no series of successes, and is overdue all the same',
    series: { [`tbot_task_iterations_total${LOOP}`]: everyTwentyMinutes(6) },
    at: 57,
    alert: 'TbotRenewalOverdue',
    fires: [RENEWAL],
  },
  {
    name: 'a tbot that is gone is not overdue',
    series: {
      [`tbot_task_iterations_total${LOOP}`]: '1x40 _x60',
      [`tbot_task_iterations_successful_count${LOOP}`]: '1x40 _x60',
    },
    at: 60,
    alert: 'TbotRenewalOverdue',
    fires: [],
  },
  {
    name: 'streams that end with an error for a quarter of an hour are reported',
    series: {
      'grpc_server_handled_total{namespace="teleport-system",pod="tbot-1",grpc_service="envoy.service.secret.v3.SecretDiscoveryService",grpc_code="Unknown"}':
        '0+2x60',
    },
    at: 25,
    alert: 'SvidRequestsFailing',
    fires: [{ namespace: 'teleport-system', pod: 'tbot-1', grpc_code: 'Unknown' }],
  },
  {
    name: 'streams that proxies close, and errors of other services, are not',
    series: {
      'grpc_server_handled_total{namespace="teleport-system",pod="tbot-1",grpc_service="envoy.service.secret.v3.SecretDiscoveryService",grpc_code="Canceled"}':
        '0+2x60',
      'grpc_server_handled_total{namespace="teleport-system",pod="tbot-1",grpc_service="SpiffeWorkloadAPI",grpc_code="Unknown"}':
        '0+2x60',
    },
    at: 40,
    alert: 'SvidRequestsFailing',
    fires: [],
  },
  {
    name: 'a DaemonSet that lacks one of three nodes is reported after a quarter of an hour',
    series: {
      [`kube_daemonset_status_number_ready${TBOT_READY}`]: '3x5 2x60',
      [`kube_daemonset_status_desired_number_scheduled${TBOT_READY}`]: '3x70',
    },
    at: 25,
    alert: 'MeshDaemonSetNotReady',
    fires: [{ namespace: 'teleport-system', daemonset: 'tbot' }],
  },
  {
    name: 'DaemonSets of others are left to others',
    series: {
      'kube_daemonset_status_number_ready{namespace="logging",daemonset="tbot"}': '2x60',
      'kube_daemonset_status_desired_number_scheduled{namespace="logging",daemonset="tbot"}': '3x60',
    },
    at: 25,
    alert: 'MeshDaemonSetNotReady',
    fires: [],
  },
  {
    // promtool's clock begins at 0, so this certificate came in the tenth minute.
    name: 'a certificate that came more than thirty minutes ago was not renewed',
    series: { [`envoy_sds_default_update_time${WEB}`]: '600000x90' },
    at: 43,
    alert: 'SvidNotRenewed',
    fires: [POD],
  },
  {
    name: 'a certificate of twenty-nine minutes is not overdue',
    series: { [`envoy_sds_default_update_time${WEB}`]: '600000x90' },
    at: 39,
    alert: 'SvidNotRenewed',
    fires: [],
  },
  {
    name: 'a proxy that has none yet has nothing to renew',
    series: { [`envoy_sds_default_update_time${WEB}`]: '0x90' },
    at: 60,
    alert: 'SvidNotRenewed',
    fires: [],
  },
  {
    name: 'an old certificate that came again ends all the same',
    series: {
      [`envoy_sds_default_update_time${WEB}`]: '0+60000x90',
      'envoy_listener_ssl_certificate_default_expiration_unix_time_seconds{namespace="shop",pod="web-1",listener_address="0.0.0.0_15006"}':
        '3600x90',
    },
    at: 33,
    alert: 'SvidExpiresSoon',
    fires: [POD],
  },
  {
    name: 'a certificate of which more than half is left does not end soon',
    series: {
      'envoy_listener_ssl_certificate_default_expiration_unix_time_seconds{namespace="shop",pod="web-1",listener_address="0.0.0.0_15006"}':
        '3600x90',
    },
    at: 29,
    alert: 'SvidExpiresSoon',
    fires: [],
  },
  ...['default', 'ROOTCA'].map((secret) => ({
    name: `a proxy that cannot use what it got as ${secret} is reported at once`,
    series: { [`envoy_sds_${secret}_update_rejected${WEB}`]: '0x9 1x60' },
    at: 11,
    alert: 'SvidRejectedByProxy',
    fires: [POD],
  })),
  {
    name: 'a client that refuses a server says which',
    series: {
      'envoy_cluster_ssl_fail_verify_error{namespace="shop",pod="web-1",cluster_name="outbound|80||carts.shop.svc.cluster.local"}':
        '0x9 0+3x60',
    },
    at: 25,
    alert: 'MeshCertificateRefused',
    fires: [{ ...POD, cluster_name: 'outbound|80||carts.shop.svc.cluster.local' }],
  },
  {
    name: 'a server that refuses clients of another trust domain is reported too',
    series: {
      'envoy_listener_ssl_fail_verify_san{namespace="shop",pod="web-1",listener_address="0.0.0.0_15006"}': '0x9 0+3x60',
    },
    at: 25,
    alert: 'MeshCertificateRefused',
    fires: [{ ...POD, listener_address: '0.0.0.0_15006' }],
  },
  {
    name: 'one handshake that failed in a roll-out is not reported',
    series: {
      'envoy_cluster_ssl_fail_verify_san{namespace="shop",pod="web-1",cluster_name="outbound|80||carts.shop.svc.cluster.local"}':
        '0x9 1x60',
    },
    at: 20,
    alert: 'MeshCertificateRefused',
    fires: [],
  },
  {
    name: 'one denied request in ten is too many',
    series: { ...requests('destination', '403', '-', 1), ...requests('destination', '200', '-', 9) },
    at: 20,
    alert: 'MeshRequestsDenied',
    fires: [CARTS],
  },
  {
    name: 'one in a hundred is not',
    series: { ...requests('destination', '403', '-', 1), ...requests('destination', '200', '-', 99) },
    at: 20,
    alert: 'MeshRequestsDenied',
    fires: [],
  },
  {
    name: 'requests that found no connection are reported by the caller’s proxy, alone or with other flags',
    series: { ...requests('source', '503', 'UF,URX', 2), ...requests('source', '200', '-', 98) },
    at: 20,
    alert: 'MeshConnectionsFailing',
    fires: [CARTS],
  },
  {
    name: 'a 503 of the application is not a connection that failed',
    series: { ...requests('source', '503', '-', 50), ...requests('source', '503', 'UFO', 1) },
    at: 20,
    alert: 'MeshConnectionsFailing',
    fires: [],
  },
  {
    name: 'metrics that nobody reads are named, and those that are there are not',
    series: {
      [`tbot_task_iterations_total${LOOP}`]: '1x60',
      'kube_daemonset_status_number_ready{daemonset="x"}': '1x60',
    },
    at: 20,
    alert: 'MeshMetricsMissing',
    fires: [
      { metric: 'envoy_sds_default_update_time' },
      { metric: 'envoy_listener_ssl_certificate_default_expiration_unix_time_seconds' },
    ],
  },
];

const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The rules alone, without texts: promtool compares annotations too. */
function rulesFile(): string {
  const { groups } = monitored().of('PrometheusRule', 'teleport-istio').spec;
  const path = join(folder, 'rules.json');
  writeFileSync(path, JSON.stringify({ groups }));
  return path;
}

/** What promtool says about a case; empty if it holds. */
function run(one: AlertCase): string {
  const { groups } = monitored().of('PrometheusRule', 'teleport-istio').spec;
  const bare = groups.map((group: { rules: readonly Record<string, unknown>[] }) => ({
    ...group,
    rules: group.rules.map(({ annotations, ...rule }) => ({ ...rule, labels: {} })),
  }));
  const path = join(folder, 'test.json');
  writeFileSync(join(folder, 'bare.json'), JSON.stringify({ groups: bare }));
  writeFileSync(
    path,
    JSON.stringify({
      rule_files: ['bare.json'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
          alert_rule_test: [
            {
              eval_time: `${one.at}m`,
              alertname: one.alert,
              exp_alerts: one.fires.map((labels) => ({ exp_labels: labels })),
            },
          ],
        },
      ],
    }),
  );
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', path], { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}\n${stderr}`;
}

withPromtool('Prometheus reads all rules', () => {
  expect(execFileSync('promtool', ['check', 'rules', rulesFile()], { encoding: 'utf8' })).toContain('SUCCESS');
});

withPromtool.each(CASES)('$alert: $name', (one) => {
  expect(run(one)).toBe('');
});

test('every alert has a case in which it fires', () => {
  const { groups } = monitored().of('PrometheusRule', 'teleport-istio').spec;
  const alerts = groups.flatMap(({ rules }: { rules: readonly { alert: string }[] }) =>
    rules.map(({ alert }) => alert),
  );
  const fired = new Set(CASES.filter(({ fires }) => fires.length > 0).map(({ alert }) => alert));

  expect(alerts.filter((alert: string) => !fired.has(alert))).toEqual([]);
});
