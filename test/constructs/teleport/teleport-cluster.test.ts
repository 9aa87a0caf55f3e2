import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import { TrustDomain } from '../../../lib/upstream/spiffe/trust-domain';

describe('TeleportCluster.cloud', () => {
  test('takes trust domain, audience and proxy address from one name', () => {
    const cluster = TeleportCluster.cloud('ellinj.teleport.sh');
    expect(cluster.name).toBe('ellinj.teleport.sh');
    expect(cluster.trustDomain.toString()).toBe(cluster.name);
    expect(cluster.proxyAddress).toBe('ellinj.teleport.sh:443');
    expect(cluster.edition).toBe('cloud');
  });

  test.each([
    ['https://ellinj.teleport.sh', 'scheme'],
    ['spiffe://ellinj.teleport.sh', 'scheme'],
    ['ellinj.teleport.sh:443', 'port'],
    ['my_tenant.teleport.sh', 'DNS name'],
    ['Ellinj.teleport.sh', 'upper-case letters'],
    ['ellinj.teleport.sh/', 'not allowed'],
    ['-ellinj.teleport.sh', 'DNS name'],
    ['ellinj..sh', 'DNS name'],
    ['', 'empty'],
  ])('refuses %j: %s', (name, problem) => {
    const make = () => TeleportCluster.cloud(name);
    expect(make).toThrow(InvalidInputError);
    expect(make).toThrow(/^\[TeleportCluster\.cloud\]/);
    expect(make).toThrow(problem);
  });

  test('refuses a tenant without its domain, and says which it is', () => {
    expect(() => TeleportCluster.cloud('ellinj')).toThrow('Fix: write "ellinj.teleport.sh".');
  });
});

describe('TeleportCluster.selfHosted', () => {
  const selfHosted = (proxyAddress: string, name = 'prod') => TeleportCluster.selfHosted({ name, proxyAddress });

  test('keeps a cluster name apart from the proxy address', () => {
    const cluster = selfHosted('teleport.example.com:3080');
    expect(cluster.trustDomain.toString()).toBe('prod');
    expect(cluster.proxyAddress).toBe('teleport.example.com:3080');
    expect(cluster.edition).toBe('self-hosted');
  });

  test.each(['teleport.example.com:443', 'localhost:1', '10.0.0.1:65535', '[2001:db8::1]:443'])(
    'accepts %s',
    (address) => {
      expect(selfHosted(address).proxyAddress).toBe(address);
    },
  );

  test.each([
    ['https://teleport.example.com:443', 'remove "https://"'],
    ['teleport.example.com', 'write "teleport.example.com:443"'],
    ['teleport.example.com:', 'valid host and port'],
    ['teleport.example.com:0', 'no valid port'],
    ['teleport.example.com:65536', 'no valid port'],
    ['teleport.example.com:443/web', 'valid host and port'],
    ['me@teleport.example.com:443', 'valid host and port'],
    ['2001:db8::1:443', 'valid host and port'],
    [':443', 'valid host and port'],
    ['', 'valid host and port'],
  ])('refuses the proxy address %j: %s', (address, text) => {
    expect(() => selfHosted(address)).toThrow(/^\[TeleportCluster\.selfHosted\]/);
    expect(() => selfHosted(address)).toThrow(text);
  });

  test('refuses a cluster name that is not a trust domain of Istio either', () => {
    expect(() => selfHosted('teleport.example.com:443', 'my_cluster')).toThrow('DNS name');
    expect(() => selfHosted('teleport.example.com:443', 'Prod')).toThrow('upper-case letters');
  });
});

describe('the endpoints of the proxy', () => {
  test('leave the port 443 out, as the issuer in a JWT-SVID does', () => {
    const cluster = TeleportCluster.cloud('ellinj.teleport.sh');
    expect(cluster.jwtIssuer).toBe('https://ellinj.teleport.sh/workload-identity');
    expect(cluster.jwksUri).toBe('https://ellinj.teleport.sh/workload-identity/jwt-jwks.json');
  });

  test('keep any other port', () => {
    const cluster = TeleportCluster.selfHosted({ name: 'prod', proxyAddress: 'teleport.example.com:3443' });
    expect(cluster.jwtIssuer).toBe('https://teleport.example.com:3443/workload-identity');
  });
});

test('the trust domain may be another than the name, which stays the audience', () => {
  const trustDomain = TrustDomain.parse('mesh.example.org');
  const selfHosted = TeleportCluster.selfHosted({ name: 'a.example', proxyAddress: 'a.example:443', trustDomain });

  expect(TeleportCluster.cloud('example.teleport.sh').trustDomain.toString()).toBe('example.teleport.sh');
  expect(TeleportCluster.cloud('example.teleport.sh', { trustDomain }).trustDomain).toBe(trustDomain);
  expect([selfHosted.trustDomain, selfHosted.name]).toEqual([trustDomain, 'a.example']);
});
