import { portProtocol } from '../../../lib/model/cluster/port-protocol';

describe('portProtocol', () => {
  test.each([
    [{ name: 'http', port: 80 }, 'http'],
    [{ name: 'http-web', port: 80 }, 'http'],
    [{ name: 'HTTP', port: 80 }, 'http'],
    [{ name: 'http2', port: 80 }, 'http'],
    [{ name: 'grpc-api', port: 80 }, 'http'],
    [{ name: 'grpc-web-api', port: 80 }, 'http'],
    [{ name: 'tcp-amqp', port: 5672 }, 'tcp'],
    [{ name: 'https', port: 443 }, 'tcp'],
    [{ name: 'mysql-db', port: 1 }, 'tcp'],
    [{ name: 'mongo', port: 1 }, 'tcp'],
    [{ name: 'redis', port: 1 }, 'tcp'],
    [{ name: 'db', port: 1 }, 'detect'],
    [{ name: 'mysqldb', port: 1 }, 'detect'],
    [{ name: 'postgres', port: 5432 }, 'detect'],
    [{ port: 80 }, 'detect'],
    [{ port: 3306 }, 'tcp'],
    [{ port: 27017 }, 'tcp'],
    [{ port: 25 }, 'tcp'],
    [{ port: 53 }, 'tcp'],
    // It is the Service's number that counts.
    [{ port: 1, targetPort: 3306 }, 'detect'],
    [{ name: 'http', port: 3306 }, 'http'],
    [{ name: 'tcp', appProtocol: 'http', port: 80 }, 'http'],
    // With an appProtocol the name is not consulted.
    [{ name: 'http', appProtocol: 'example.com/odd', port: 80 }, 'detect'],
    [{ appProtocol: 'kubernetes.io/h2c', port: 80 }, 'http'],
    [{ appProtocol: 'kubernetes.io/ws', port: 80 }, 'http'],
    [{ appProtocol: 'kubernetes.io/wss', port: 80 }, 'tcp'],
    [{ name: 'tcp', appProtocol: 'kubernetes.io/h2c', port: 1 }, 'http'],
    [{ name: 'http', appProtocol: 'mysql', port: 1 }, 'tcp'],
    [{ name: 'http_proxy', port: 80 }, 'http'],
    [{ name: 'tls-a', port: 443 }, 'tcp'],
    [{ name: 'udp-x', port: 1 }, 'udp'],
    [{ name: 'http', protocol: 'UDP', port: 80 }, 'udp'],
  ])('%j is %s', (port, expected) => {
    expect(portProtocol(port)).toBe(expected);
  });
});
