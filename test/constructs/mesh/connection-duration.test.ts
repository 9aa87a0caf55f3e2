import { Duration, JsonPatch } from 'cdk8s';
import { MeshModel } from '../../../lib/analysis/access/mesh-model';
import { inboundDurationPatches, onlyBoundsConnections } from '../../../lib/upstream/istio/connection-duration';
import { documentsIn, makeShop, written } from './shop-fixture';

const FILE = 'mesh-policies.k8s.yaml';

test('every sidecar ends what comes in after the time: connections, and streams that hold them open', () => {
  const { app } = makeShop({}, { maxConnectionDuration: Duration.hours(1) });
  const { metadata, spec } = written(app, FILE, 'EnvoyFilter', 'connection-duration');
  const patches = spec.configPatches.map(({ match, patch }: (typeof spec.configPatches)[0]) => {
    const { '@type': type, ...settings } = patch.value.typed_config;
    return [match.context, match.listener.filterChain.filter.name, type, settings];
  });

  // Policies in the root namespace are for all proxies.
  expect(metadata.namespace).toBe('istio-system');
  // Field names of envoyproxy/envoy api/envoy/config/core/v3/protocol.proto and …/tcp_proxy/v3/tcp_proxy.proto.
  expect(patches).toEqual([
    [
      'SIDECAR_INBOUND',
      'envoy.filters.network.http_connection_manager',
      'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      { common_http_protocol_options: { max_connection_duration: '3600s', max_stream_duration: '3600s' } },
    ],
    [
      'SIDECAR_INBOUND',
      'envoy.filters.network.tcp_proxy',
      'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
      { max_downstream_connection_duration: '3600s' },
    ],
  ]);
});

test('it is not among what is applied before Istio is there', () => {
  const { app } = makeShop({}, { maxConnectionDuration: Duration.hours(1) });
  expect(documentsIn(app, 'mesh.k8s.yaml').map(({ kind }) => kind)).not.toContain('EnvoyFilter');
});

test('without the option nothing is written', () => {
  const { app, mesh } = makeShop();
  expect(mesh.connectionDuration).toBeUndefined();
  expect(app.synthFiles().has(FILE)).toBe(false);
});

test.each([Duration.seconds(0), Duration.millis(1500)])('refuses %s', (maxConnectionDuration) => {
  expect(() => makeShop({}, { maxConnectionDuration })).toThrow(/not a positive whole number of seconds/);
});

test('answers do not say that something was not looked at, as it has no say in who reaches whom', () => {
  const { app, mesh } = makeShop({}, { maxConnectionDuration: Duration.hours(1) });
  expect(MeshModel.from(app).unread).toEqual([]);

  mesh.connectionDuration?.addJsonPatch(JsonPatch.replace('/spec/configPatches/0/patch/operation', 'REMOVE'));
  expect(MeshModel.from(app).unread).toEqual(['EnvoyFilter: 1 in the manifests, not evaluated']);
});

const BOUND = { spec: { configPatches: inboundDurationPatches('60s') } };

test('an EnvoyFilter that does more is one that nobody looked at', () => {
  const patch = (typed_config: object, operation = 'MERGE', applyTo = 'NETWORK_FILTER') => ({
    spec: { configPatches: [...BOUND.spec.configPatches, { applyTo, patch: { operation, value: { typed_config } } }] },
  });
  const hcm = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  const own = { '@type': hcm, common_http_protocol_options: { max_connection_duration: '5s' } };

  expect(onlyBoundsConnections(BOUND)).toBe(true);
  expect(onlyBoundsConnections(patch(own) as never)).toBe(true);
  const others = [
    {},
    { spec: { configPatches: [] } },
    patch({ ...own, http_filters: [] }),
    patch({ '@type': hcm, common_http_protocol_options: { constructor: {} } }),
    patch({ '@type': hcm, common_http_protocol_options: 'x' }),
    patch({ '@type': 'type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC' }),
    patch(own, 'REPLACE'),
    patch(own, 'MERGE', 'HTTP_FILTER'),
  ];
  for (const other of others) expect([other, onlyBoundsConnections(other as never)]).toEqual([other, false]);
});
