import { load } from 'js-yaml';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { type EnvoyClientProps, EnvoyProxy, type EnvoyServerProps } from '../../../lib/constructs/envoy/envoy-proxy';
import type { SpiffeIds } from '../../../lib/constructs/envoy/mutual-tls';
import { SpiffeId } from '../../../lib/upstream/spiffe/spiffe-id';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';

const server = SpiffeId.parse('spiffe://example.teleport.sh/svc/server');
const client = SpiffeId.parse('spiffe://example.teleport.sh/svc/client');
const foreigner = SpiffeId.parse('spiffe://other.example/svc/client');
const socket = WorkloadApiSocket.csi({ directory: '/run/spire', fileName: 'api.sock' });

const serverProps: EnvoyServerProps = {
  identity: server,
  socket,
  listen: { port: 8443 },
  allowedPeers: [client],
  upstream: { port: 8080 },
};
const clientProps: EnvoyClientProps = {
  identity: client,
  socket,
  listen: { port: 8001 },
  expectedPeers: [server],
  upstream: { host: 'server.shop.svc.cluster.local', port: 443 },
};

const bothSides = [
  ['server', EnvoyProxy.forServer(serverProps)],
  ['client', EnvoyProxy.forClient(clientProps)],
] as const;

/** The TLS context of whichever end has one. */
function tlsContext(proxy: EnvoyProxy) {
  const { listeners, clusters } = proxy.toBootstrap().static_resources;
  const [context] = [
    ...listeners.flatMap((listener) => listener.filter_chains[0].transport_socket ?? []),
    ...clusters.flatMap((cluster) => cluster.transport_socket ?? []),
  ];
  if (!context) throw new Error('no TLS anywhere');
  return context.typed_config;
}

function cluster(proxy: EnvoyProxy, name: string) {
  const found = proxy.toBootstrap().static_resources.clusters.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no cluster ${name}`);
  return { ...found, address: found.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address };
}

function openPorts(proxy: EnvoyProxy) {
  const { admin, static_resources } = proxy.toBootstrap();
  return [...static_resources.listeners, admin].map(({ address }) => {
    const { address: ip, port_value } = address.socket_address;
    return `${ip}:${port_value}`;
  });
}

describe.each(bothSides)('the Envoy of a %s', (_, proxy) => {
  const tls = tlsContext(proxy).common_tls_context;
  const validation = tls.combined_validation_context;

  test('asks tbot for its own SPIFFE ID by name, never for "whatever comes first"', () => {
    expect(tls.tls_certificate_sds_secret_configs.map(({ name }) => name)).toEqual([proxy.identity.toString()]);
  });

  test('asks for the trust bundle under the full URI, the only name besides ROOTCA and ALL that tbot knows', () => {
    expect(validation.validation_context_sds_secret_config.name).toBe('spiffe://example.teleport.sh');
  });

  test('uses the SDS that tbot implements, and waits for it as long as it takes', () => {
    for (const { sds_config } of [
      ...tls.tls_certificate_sds_secret_configs,
      validation.validation_context_sds_secret_config,
    ]) {
      expect(sds_config).toMatchObject({
        resource_api_version: 'V3',
        initial_fetch_timeout: '0s',
        api_config_source: { api_type: 'GRPC', transport_api_version: 'V3' },
      });
    }
  });

  test("finds tbot's socket behind the name that its secrets refer to, and speaks HTTP/2 to it", () => {
    const [secret] = tls.tls_certificate_sds_secret_configs;
    const tbot = cluster(proxy, secret.sds_config.api_config_source.grpc_services[0].envoy_grpc.cluster_name);
    expect(tbot.address).toEqual({ pipe: { path: '/run/spire/api.sock' } });
    expect(Object.keys(tbot.typed_extension_protocol_options ?? {})).toEqual([
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    ]);
    expect(tbot).not.toHaveProperty('http2_protocol_options');
  });

  test('has a node id and cluster, without which Envoy opens no stream', () => {
    const { node } = proxy.toBootstrap();
    expect(node.id).not.toBe('');
    expect(node.cluster).not.toBe('');
  });

  test('names its curves one by one', () => {
    expect(tls.tls_params.ecdh_curves.length).toBeGreaterThan(1);
    for (const curve of tls.tls_params.ecdh_curves) expect(curve).not.toContain(':');
  });

  test('speaks TLS 1.3 and nothing older; as a client Envoy would stop at 1.2 unless told', () => {
    expect(tls.tls_params).toMatchObject({
      tls_minimum_protocol_version: 'TLSv1_3',
      tls_maximum_protocol_version: 'TLSv1_3',
    });
  });

  test('leaves it to the application how long a request may take', () => {
    const [listener] = proxy.toBootstrap().static_resources.listeners;
    const [host] = listener?.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts ?? [];
    expect(host?.routes.map(({ route }) => route.timeout)).toEqual(['0s']);
  });

  test('keeps the admin interface on loopback', () => {
    expect(openPorts(proxy)).toContain('127.0.0.1:9901');
  });

  test('lets the kubelet ask for /ready, and for nothing else of the admin interface', () => {
    const readiness = proxy.toBootstrap().static_resources.listeners.find(({ name }) => name === 'readiness');
    expect(readiness?.address.socket_address).toEqual({ address: '0.0.0.0', port_value: 9902 });
    const [host] = readiness?.filter_chains[0].filters[0].typed_config.route_config.virtual_hosts ?? [];
    expect(host?.routes.map(({ match }) => match)).toEqual([{ path: '/ready' }]);
  });

  test('is written as YAML that reads back as the same data, and the same each time', () => {
    expect(load(proxy.toYaml())).toEqual(proxy.toBootstrap());
    expect(proxy.toYaml()).toBe(proxy.toYaml());
  });
});

describe('EnvoyProxy.forServer', () => {
  test('demands a certificate, with exactly one of the allowed URIs in it', () => {
    const tls = tlsContext(EnvoyProxy.forServer(serverProps));
    expect(tls).toMatchObject({ require_client_certificate: true });
    expect(tls.common_tls_context.combined_validation_context.default_validation_context).toEqual({
      match_typed_subject_alt_names: [
        { san_type: 'URI', matcher: { exact: 'spiffe://example.teleport.sh/svc/client' } },
      ],
    });
  });

  test('takes HTTP/2 and, for callers with a SPIFFE library, HTTP/1.1', () => {
    const { alpn_protocols } = tlsContext(EnvoyProxy.forServer(serverProps)).common_tls_context;
    expect(alpn_protocols).toEqual(['h2', 'http/1.1']);
  });

  test('ends connections after an hour, so that none outlives the certificate it was opened with by more', () => {
    const [listener] = EnvoyProxy.forServer(serverProps).toBootstrap().static_resources.listeners;
    expect(listener?.filter_chains[0].filters[0].typed_config.common_http_protocol_options).toEqual({
      max_connection_duration: '3600s',
    });
  });

  test('writes the same bytes in whatever order the peers are given, and however often', () => {
    const yaml = (allowedPeers: SpiffeIds) => EnvoyProxy.forServer({ ...serverProps, allowedPeers }).toYaml();
    expect(yaml([server, client, server])).toBe(yaml([client, server]));
  });

  test('asks for all bundles when a peer is of another, federated trust domain', () => {
    const tls = tlsContext(EnvoyProxy.forServer({ ...serverProps, allowedPeers: [client, foreigner] }));
    expect(tls.common_tls_context.combined_validation_context.validation_context_sds_secret_config.name).toBe('ALL');
  });

  test('reaches the application only on loopback', () => {
    expect(cluster(EnvoyProxy.forServer(serverProps), 'application').address).toEqual({
      socket_address: { address: '127.0.0.1', port_value: 8080 },
    });
  });

  test('opens the bind address for peers', () => {
    expect(openPorts(EnvoyProxy.forServer(serverProps))).toContain('0.0.0.0:8443');
    expect(openPorts(EnvoyProxy.forServer({ ...serverProps, bindAddress: '::' }))).toEqual([
      ':::8443',
      ':::9902',
      '127.0.0.1:9901',
    ]);
  });

  test('refuses a list of peers that is empty at run time, as the type does at compile time', () => {
    // @ts-expect-error an empty list would let in everybody
    const empty: SpiffeIds = [];
    expect(() => EnvoyProxy.forServer({ ...serverProps, allowedPeers: empty })).toThrow(/"allowedPeers" is empty/);
  });

  test('refuses the ID of a trust domain, as itself and as a peer', () => {
    const trustDomainId = SpiffeId.parse('spiffe://example.teleport.sh');
    expect(() => EnvoyProxy.forServer({ ...serverProps, identity: trustDomainId })).toThrow(/"identity"/);
    expect(() => EnvoyProxy.forServer({ ...serverProps, allowedPeers: [trustDomainId] })).toThrow(/"allowedPeers"/);
  });

  test.each([
    ['the application on the port of the listener', { upstream: { port: 8443 } }],
    ['the application on the default admin port', { upstream: { port: 9901 } }],
    ['the admin interface on the port of the probe', { adminPort: 9902 }],
  ])('refuses %s', (_, change) => {
    expect(() => EnvoyProxy.forServer({ ...serverProps, ...change })).toThrow(/are the same port/);
  });

  test.each([0, -1, 65536, 80.5, Number.NaN])('refuses port %p', (port) => {
    expect(() => EnvoyProxy.forServer({ ...serverProps, listen: { port } })).toThrow(
      /"listen.port" is not a valid port/,
    );
    expect(() => EnvoyProxy.forServer({ ...serverProps, upstream: { port } })).toThrow(
      /"upstream.port" is not a valid port/,
    );
    expect(() => EnvoyProxy.forServer({ ...serverProps, adminPort: port })).toThrow(InvalidInputError);
    expect(() => EnvoyProxy.forServer({ ...serverProps, readinessPort: port })).toThrow(InvalidInputError);
  });

  test('refuses to bind to a name', () => {
    expect(() => EnvoyProxy.forServer({ ...serverProps, bindAddress: 'localhost' })).toThrow(/not an IP address/);
  });
});

describe('EnvoyProxy.forClient', () => {
  test('takes calls from the application only on loopback', () => {
    expect(openPorts(EnvoyProxy.forClient({ ...clientProps, bindAddress: '10.0.0.1' }))).toEqual([
      '127.0.0.1:8001',
      '10.0.0.1:9902',
      '127.0.0.1:9901',
    ]);
  });

  test('sends nothing to a server without exactly one of the expected URIs', () => {
    const tls = tlsContext(EnvoyProxy.forClient(clientProps));
    expect(tls.common_tls_context.combined_validation_context.default_validation_context).toEqual({
      match_typed_subject_alt_names: [
        { san_type: 'URI', matcher: { exact: 'spiffe://example.teleport.sh/svc/server' } },
      ],
    });
  });

  test('looks up a DNS name again and again, but takes an address as it is', () => {
    expect(cluster(EnvoyProxy.forClient(clientProps), 'server')).toMatchObject({
      type: 'STRICT_DNS',
      dns_lookup_family: 'V4_PREFERRED',
    });
    for (const host of ['10.1.2.3', '::1']) {
      expect(cluster(EnvoyProxy.forClient({ ...clientProps, upstream: { host, port: 443 } }), 'server').type).toBe(
        'STATIC',
      );
    }
  });

  test('may call a server on a port that it uses itself', () => {
    const upstream = { host: 'server.shop', port: 8001 };
    expect(() => EnvoyProxy.forClient({ ...clientProps, upstream })).not.toThrow();
  });

  test.each(['', 'https://server', 'server:443', 'Server', 'ser ver'])('refuses the host %j', (host) => {
    const upstream = { host, port: 443 };
    expect(() => EnvoyProxy.forClient({ ...clientProps, upstream })).toThrow(/^\[EnvoyProxy.forClient\] .*host/);
  });

  test('refuses an upstream port out of range, and an empty list of servers', () => {
    expect(() => EnvoyProxy.forClient({ ...clientProps, upstream: { host: 'server', port: 0 } })).toThrow(
      /not a valid port/,
    );
    // @ts-expect-error an empty list would accept any server
    const empty: SpiffeIds = [];
    expect(() => EnvoyProxy.forClient({ ...clientProps, expectedPeers: empty })).toThrow(/"expectedPeers" is empty/);
  });
});
