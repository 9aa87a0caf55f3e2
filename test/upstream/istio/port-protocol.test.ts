import { Port } from '../../../lib';
import { filterChainOf } from '../../../lib/upstream/istio/port-protocol';

test.each([
  ['appProtocol alone counts', { appProtocol: 'tcp', name: 'http', port: 80 }, 'tcp'],
  ['an unknown appProtocol hides the name', { appProtocol: 'amqp', name: 'http', port: 80 }, 'detect'],
  ['WebSocket over TLS is not HTTP', { appProtocol: 'kubernetes.io/wss', name: 'http', port: 80 }, 'tcp'],
  ['UDP is UDP, whatever it is called', { transport: 'UDP', name: 'http', port: 80 }, 'udp'],
  ['the number decides where nothing else does', { name: 'db', port: 27017 }, 'tcp'],
])('%s', (_, port, expected) => {
  expect(filterChainOf(port)).toBe(expected);
});

test.each(['http', 'http2', 'grpc', 'grpc-web', 'https', 'tls', 'tcp', 'mysql', 'mongo', 'redis', 'postgres', 'amqp'])(
  'a Port of %s is what Istio takes it for, by its name as well as by its appProtocol',
  (protocol) => {
    const { name, appProtocol, kind } = Port.of(protocol, 1234);
    expect([filterChainOf({ appProtocol, name: '', port: 1234 }), filterChainOf({ name, port: 1234 })]).toEqual([
      kind,
      kind,
    ]);
  },
);
