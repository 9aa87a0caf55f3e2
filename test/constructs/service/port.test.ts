import { Port } from '../../../lib/constructs/service/port';

/** What Istio makes of a port: appProtocol alone if set, else the name up to the first dash (pkg/config/kube/conversion.go). */
const ISTIO_NAMES = new Set([
  ...['tcp', 'udp', 'grpc', 'grpc-web', 'http', 'http_proxy', 'http2', 'https', 'tls', 'mongo', 'redis', 'mysql'],
]);

const PORTS = [
  Port.http(),
  Port.http2(),
  Port.grpc(9090),
  Port.https(),
  Port.tcp(7000),
  Port.mysql(),
  Port.postgres(),
  Port.mongo(),
  Port.redis(),
  Port.amqp(),
  Port.of('grpc-web', 8080),
  Port.of('tls', 8443),
];

test.each(PORTS.map((port) => [port.protocol, port] as const))(
  '%s is declared by a name and an appProtocol that Istio knows, and they agree',
  (_protocol, port) => {
    const byName = port.name.startsWith('grpc-web') ? 'grpc-web' : port.name.split('-')[0];

    expect(ISTIO_NAMES).toContain(port.appProtocol);
    expect(byName).toBe(port.appProtocol);
  },
);

test('HTTP rules apply to http, http2, grpc and grpc-web ports only', () => {
  expect(PORTS.filter((port) => port.kind === 'http').map((port) => port.protocol)).toEqual([
    'http',
    'http2',
    'grpc',
    'grpc-web',
  ]);
});

test('the container listens on the Service port unless a target port is given', () => {
  expect(Port.http(80).targetPort).toBe(80);
  expect(Port.http(80, { targetPort: 8079 })).toMatchObject({ number: 80, targetPort: 8079 });
});

test('a suffix tells two ports of one protocol apart and leaves the protocol in front', () => {
  expect(Port.http(9090, { suffix: 'metrics' }).name).toBe('http-metrics');
});

test('an unknown protocol is refused with the list of known ones', () => {
  expect(() => Port.of('mqtt', 1883)).toThrow(/unknown protocol: "mqtt"\. Allowed: http, .*amqp.*use tcp/);
});

test.each([0, 65536, 1.5, Number.NaN])('%d is not a valid port number', (number) => {
  expect(() => Port.tcp(number)).toThrow(/not a valid port number/);
  expect(() => Port.http(80, { targetPort: number })).toThrow(/not a valid port number/);
});

test('a name that is too long for a container port is refused', () => {
  expect(() => Port.http(80, { suffix: 'administration' })).toThrow(/at most 15/);
});
