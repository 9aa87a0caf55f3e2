import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chart, Duration } from 'cdk8s';
import {
  CredentialLifetime,
  MeshApp,
  MeshMonitoring,
  type MeshMonitoringProps,
  MeshNamespace,
  TeleportCluster,
  TeleportMesh,
  type TeleportMeshProps,
  WorkloadApiSocket,
} from '../../../lib';
import { SchemaWalker } from '../../../lib/analysis/schema/schema-walker';
import { ENVOY_METRICS, IDENTITY_STATISTICS } from '../../../lib/upstream/istio/proxy-statistics';
import { anchorsOf, ROOT, readPage } from '../../docs/markdown';
import { type Document, documentsIn, makeShop } from '../mesh/shop-fixture';
import { monitored, RUNBOOKS } from './monitored';

function alertsOf(props: Partial<MeshMonitoringProps> = {}, meshProps: Partial<TeleportMeshProps> = {}) {
  const { groups } = monitored(props, meshProps).of('PrometheusRule', 'teleport-istio').spec;
  return groups.flatMap(({ rules }: Document) => rules) as readonly Document[];
}

function schemaOf(name: string) {
  const path = join(ROOT, 'test/constructs/monitoring/fixtures', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')).schema;
}

test('Prometheus reads tbot at its diagnostics, and every proxy of the mesh, its gateway among them', () => {
  const { app, mesh, of } = monitored();
  new MeshNamespace(app, 'later', { mesh });

  const tbot = of('PodMonitor', 'teleport-istio-tbot').spec;
  const [daemonSet] = documentsIn(app, 'mesh.k8s.yaml').filter(
    ({ kind, metadata }) => kind === 'DaemonSet' && metadata.name === 'tbot',
  );
  expect(tbot.namespaceSelector.matchNames).toEqual([daemonSet.metadata.namespace]);
  expect(daemonSet.spec.template.metadata.labels).toMatchObject(tbot.selector.matchLabels);
  const [{ port, path }] = tbot.podMetricsEndpoints;
  expect(daemonSet.spec.template.spec.containers[0].ports.map(({ name }: Document) => name)).toContain(port);
  // gravitational/teleport lib/tbot/internal/diagnostics/service.go
  expect(path).toBe('/metrics');

  const proxies = of('PodMonitor', 'teleport-istio-proxies').spec;
  expect(proxies.namespaceSelector.matchNames).toEqual(['istio-system', 'later', 'shop']);
  // istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml
  expect(proxies.podMetricsEndpoints).toEqual([
    { port: 'http-envoy-prom', path: '/stats/prometheus', interval: '30s' },
  ]);
});

test.each([
  ['PodMonitor', 'podmonitors'],
  ['PrometheusRule', 'prometheusrules'],
])('a %s is what the operator’s CRD takes', (kind, file) => {
  const found = monitored({ labels: { release: 'x' }, alertLabels: { team: 'mesh' } })
    .objects()
    .filter((each) => each.kind === kind);

  expect(found).not.toHaveLength(0);
  for (const { spec } of found) expect(new SchemaWalker({}).validate(schemaOf(file), spec)).toEqual([]);
});

test('the schemas find a field that no CRD has, so that the test before can fail', () => {
  const walker = new SchemaWalker({});

  expect(
    walker.validate(schemaOf('prometheusrules'), { groups: [{ name: 'x', rules: [{ expr: '1', fro: '5m' }] }] }),
  ).toEqual([expect.objectContaining({ type: 'unknown-field', field: 'fro' })]);
  expect(walker.validate(schemaOf('podmonitors'), { selector: {}, podMetricsEndpoint: [] })).toEqual(
    expect.arrayContaining([expect.objectContaining({ field: 'podMetricsEndpoint' })]),
  );
});

test('every alert says how bad it is, and links to a heading that the page of runbooks has', () => {
  const page = readPage('docs/troubleshooting.md', readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8'));
  const alerts = alertsOf({ alertLabels: { team: 'mesh' } });

  expect(alerts.length).toBeGreaterThan(5);
  for (const { labels, annotations } of alerts) {
    const [address, anchor] = annotations.runbook_url.split('#');
    expect(address).toBe(RUNBOOKS);
    expect(anchorsOf(page)).toContain(anchor);
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(labels.team).toBe('mesh');
  }
});

/** Names of statistics of Envoy 1.39 in a sidecar of Istio 1.31, as its admin interface lists them. */
const STATISTICS: Readonly<Record<keyof typeof ENVOY_METRICS, string>> = {
  svidUpdates: 'sds.default.update_success',
  svidUpdateTime: 'sds.default.update_time',
  svidRejected: 'sds.default.update_rejected',
  rootsRejected: 'sds.ROOTCA.update_rejected',
  svidStream: 'sds.default.control_plane.connected_state',
  svidExpiry: 'listener.0.0.0.0_15006.ssl.certificate.default.expiration_unix_time_seconds',
  serverUnverified: 'cluster.outbound|80||catalogue.sock-shop.svc.cluster.local;.ssl.fail_verify_error',
  serverMisnamed: 'cluster.outbound|80||catalogue.sock-shop.svc.cluster.local;.ssl.fail_verify_san',
  clientUnverified: 'listener.0.0.0.0_15006.ssl.fail_verify_error',
  clientMisnamed: 'listener.0.0.0.0_15006.ssl.fail_verify_san',
  httpDecisions: 'http.inbound_0.0.0.0_80;.rbac.denied',
};

/** What Istio lets through by itself (istio/istio pkg/bootstrap/config.go). */
const ISTIOS_SUFFIXES = ['rbac.allowed', 'rbac.denied', 'shadow_allowed', 'shadow_denied'];

function isKept(statistic: string): boolean {
  return (
    IDENTITY_STATISTICS.inclusionPrefixes.some((prefix) => statistic.startsWith(prefix)) ||
    IDENTITY_STATISTICS.inclusionRegexps.some((regexp) => new RegExp(`^(?:${regexp})$`).test(statistic)) ||
    ISTIOS_SUFFIXES.some((suffix) => statistic.endsWith(suffix))
  );
}

test.each(Object.entries(STATISTICS))('proxies keep the statistic that %s is read from', (metric, statistic) => {
  expect(isKept(statistic)).toBe(true);
  // What Istio's bootstrap takes out of the name as a label.
  const name = statistic.replace(/^cluster\.[^;]+;/, 'cluster').replace(/^listener\.[0-9._]+\./, 'listener.');
  const prometheus = `envoy_${name
    .replace(/^http\.[^;]+;/, 'http')
    .replace(/rbac\.denied$/, 'rbac')
    .replace(/[^A-Za-z0-9_]/g, '_')}`;
  expect(prometheus).toBe(ENVOY_METRICS[metric as keyof typeof ENVOY_METRICS]);
});

test.each([
  'cluster.outbound|80||catalogue.sock-shop.svc.cluster.local;.ssl.handshake',
  'cluster.outbound|80||catalogue.sock-shop.svc.cluster.local;.ssl.certificate.default.expiration_unix_time_seconds',
  'cluster.outbound|80||catalogue.sock-shop.svc.cluster.local;.upstream_cx_total',
  'cluster.sds-grpc;.http2.rx_reset',
  'listener.0.0.0.0_15006.downstream_cx_total',
])('proxies do not keep %s, of which there is one for each Service or that nobody asks for', (statistic) => {
  expect(isKept(statistic)).toBe(false);
});

test.each(['istio/istio-operator.yaml', 'istio/values-istiod.yaml'])('the list of statistics is in %s', (file) => {
  const own = { defaultConfig: { proxyStatsMatcher: { inclusionPrefixes: ['http.'], inclusionSuffixes: ['x'] } } };
  const { app } = monitored({}, { istio: { version: '1.31', meshConfig: own } });
  const [document] = documentsIn(app, file);
  const { defaultConfig } = (document.spec ?? document).meshConfig;

  expect(defaultConfig.proxyStatsMatcher).toEqual({
    inclusionPrefixes: ['http.', 'sds.'],
    inclusionRegexps: [...IDENTITY_STATISTICS.inclusionRegexps],
    inclusionSuffixes: ['x'],
  });
  expect(defaultConfig.proxyMetadata).toEqual({ WORKLOAD_IDENTITY_SOCKET_FILE: 'workload.sock' });
});

test('without monitoring the installation keeps what Istio keeps', () => {
  const [document] = documentsIn(makeShop().app, 'istio/istio-operator.yaml');
  expect(document.spec.meshConfig.defaultConfig.proxyStatsMatcher).toBeUndefined();
});

test.each([
  // Lifetime and interval in minutes; age at which a renewal is overdue, and what is left then.
  ['tbot’s defaults', undefined, 1800, 1800],
  ['a longer life', [120, 30], 3600, 3600],
  ['a renewal after more than half the life', [60, 50], 3300, 300],
] as const)('an SVID is overdue after half its lifetime, or between renewal and end: %s', (_, minutes, age, left) => {
  const credentialLifetime =
    minutes &&
    new CredentialLifetime({ ttl: Duration.minutes(minutes[0]), renewalInterval: Duration.minutes(minutes[1]) });
  const alerts = alertsOf({}, credentialLifetime ? { tbot: { credentialLifetime } } : {});
  const exprOf = (name: string) => alerts.find(({ alert }) => alert === name)?.expr;

  expect(exprOf('SvidNotRenewed')).toMatch(new RegExp(`> ${age}$`));
  expect(exprOf('SvidExpiresSoon')).toMatch(new RegExp(`< ${left}$`));
});

test('DaemonSets are those of the mesh: without the CSI driver it is not waited for', () => {
  const ready = (alerts: readonly Document[]) => alerts.find(({ alert }) => alert === 'MeshDaemonSetNotReady')?.expr;

  expect(ready(alertsOf())).toContain('daemonset="spiffe-csi-driver"');
  expect(ready(alertsOf({}, { socket: WorkloadApiSocket.hostPath() }))).not.toContain('spiffe-csi-driver');
});

test('the dashboard is JSON in a ConfigMap that Grafana’s sidecar finds, with every panel in a place of its own', () => {
  const { metadata, data } = monitored().of('ConfigMap', 'teleport-istio-dashboard');
  const { panels } = JSON.parse(data['teleport-istio.json']);

  expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
  const places = panels.map(({ gridPos }: Document) => `${gridPos.x}:${gridPos.y}`);
  expect(new Set(places).size).toBe(panels.length);
  expect(new Set(panels.map(({ id }: Document) => id)).size).toBe(panels.length);
});

test('the dashboard can be left out', () => {
  const { monitoring, of } = monitored({ dashboard: false });
  expect(monitoring.dashboard).toBeUndefined();
  expect(of('ConfigMap', 'teleport-istio-dashboard')).toBeUndefined();
});

test('refuses a Prometheus whom tbot’s NetworkPolicy keeps out, and takes one that it lets in', () => {
  const tbot = { diagnosticsFrom: ['observability'] };

  expect(() => monitored({}, { tbot })).toThrow(/Prometheus could not scrape tbot/);
  expect(() => monitored({ namespace: 'observability' }, { tbot })).not.toThrow();
});

test.each([
  ['a path', { runbooks: 'docs/troubleshooting.md' }, /not a valid URL/],
  ['an address with a fragment', { runbooks: `${RUNBOOKS}#x` }, /not a valid URL/],
  ['a percentage', { thresholds: { denied: 5 } }, /thresholds\.denied.*not a valid fraction/s],
  ['no number', { thresholds: { connectionFailures: Number.NaN } }, /thresholds\.connectionFailures/],
  ['a namespace that is no name', { namespace: 'Monitoring' }, /Monitoring/],
])('refuses %s', (_, props, problem) => {
  expect(() => monitored(props as Partial<MeshMonitoringProps>)).toThrow(problem);
});

test('refuses the mesh of another app', () => {
  const { mesh } = makeShop();
  const other = new Chart(new MeshApp(), 'monitoring');
  expect(() => new MeshMonitoring(other, 'mesh', { mesh, runbooks: RUNBOOKS })).toThrow(/belongs to another app/);
});

test('a mesh of its own name is watched as well', () => {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    namespace: 'identities',
  });
  new MeshNamespace(app, 'shop', { mesh });
  new MeshMonitoring(new Chart(app, 'monitoring'), 'mesh', { mesh, runbooks: RUNBOOKS });

  const text = app.synthFiles().get('monitoring.k8s.yaml');
  expect(text).toContain('namespace="identities",daemonset="tbot"');
  expect(text).not.toContain('teleport-system');
});
