import { goDurationSeconds, protobufDurationSeconds } from '../../lib/check/go-duration';
import { attributeType, protocolOf, socketPath } from '../../lib/check/model';
import { LabelIndex } from '../../lib/check/model/label-index';
import { nearName } from '../../lib/check/near-name';

describe('protocolOf', () => {
  test.each([
    ['http', 80, 'http'],
    ['HTTP-web', 80, 'http'],
    ['http2', 80, 'http'],
    ['http_proxy', 80, 'http'],
    ['grpc-web-x', 80, 'http'],
    ['grpc', 80, 'http'],
    ['https', 443, 'tcp'],
    ['tls-a', 443, 'tcp'],
    ['mysql-db', 1, 'tcp'],
    ['mongo', 1, 'tcp'],
    ['redis', 1, 'tcp'],
    ['udp-x', 1, 'udp'],
    ['mysqldb', 1, 'unknown'],
    ['postgres', 5432, 'unknown'],
    ['web', 80, 'unknown'],
    ['', 80, 'unknown'],
    ['', 25, 'tcp'],
    ['', 53, 'tcp'],
    ['db', 3306, 'tcp'],
    ['', 27017, 'tcp'],
  ])('of a port named %j with the number %i is %s', (name, number, protocol) => {
    expect(protocolOf(undefined, undefined, name, number)).toBe(protocol);
  });

  test('is what appProtocol says, and the name is not asked', () => {
    expect(protocolOf('TCP', 'kubernetes.io/h2c', 'tcp', 1)).toBe('http');
    expect(protocolOf('TCP', 'kubernetes.io/ws', 'tcp', 1)).toBe('http');
    expect(protocolOf('TCP', 'kubernetes.io/wss', 'http', 1)).toBe('tcp');
    expect(protocolOf('TCP', 'mysql', 'http', 1)).toBe('tcp');
    expect(protocolOf('TCP', 'anything', 'http', 1)).toBe('unknown');
  });

  test('of a UDP port is no matter of Istio', () => {
    expect(protocolOf('UDP', undefined, 'http', 80)).toBe('udp');
  });
});

describe('LabelIndex', () => {
  const item = (name: string, namespace: string, labels: Record<string, string>) => ({ name, namespace, labels });
  const index = new LabelIndex([
    item('1', 'a', { app: 'x', tier: 'web' }),
    item('2', 'a', { app: 'y', tier: 'web' }),
    item('3', 'b', { app: 'x', tier: 'web' }),
    item('4', 'b', {}),
  ]);
  const names = (labels: Record<string, string>, namespace?: string) =>
    index.select(labels, namespace).map(({ name }) => name);

  test('selects by all labels, within a namespace or in all', () => {
    expect(names({ app: 'x' }, 'a')).toEqual(['1']);
    expect(names({ app: 'x' })).toEqual(['1', '3']);
    expect(names({ app: 'x', tier: 'db' })).toEqual([]);
  });

  test('selects everything without labels', () => {
    expect(names({}, 'b')).toEqual(['3', '4']);
    expect(names({})).toEqual(['1', '2', '3', '4']);
  });

  test('takes keys and values for what they are', () => {
    expect(names({ 'app\nx': '' })).toEqual([]);
    expect(names({ constructor: 'x' })).toEqual([]);
  });
});

test.each([
  ['unix:///run/a/b.sock', '/run/a/b.sock'],
  ['unix://run/a', undefined],
  ['unix:///run/a/', undefined],
  ['/run/a', undefined],
  ['tcp://0.0.0.0:1', undefined],
  [undefined, undefined],
])('the socket of listen %j is %j', (listen, path) => {
  expect(socketPath(listen)).toBe(path);
});

test.each([
  ['1h', 3600],
  ['1h30m', 5400],
  ['90s', 90],
  ['1.5h', 5400],
  ['500ms', 0.5],
  ['0', 0],
  ['3600', undefined],
  ['1d', undefined],
  ['', undefined],
])('the Go duration %j is %p seconds', (text, seconds) => {
  expect(goDurationSeconds(text)).toBe(seconds);
});

test.each([
  ['3600s', 3600],
  ['0.5s', 0.5],
  ['1h', undefined],
  ['60m', undefined],
  ['s', undefined],
])('the protobuf duration %j is %p seconds', (text, seconds) => {
  expect(protobufDurationSeconds(text)).toBe(seconds);
});

test.each([
  ['workload.kubernetes.namespace', 'scalar'],
  ['workload.kubernetes.container.image', 'scalar'],
  ['workload.kubernetes.labels', 'map'],
  ['user.traits.team', 'map'],
  ['join.meta.join_method', 'scalar'],
  ['join.kubernetes.service_account.name', 'scalar'],
  ['join.meta.else', undefined],
  ['workload.kubernetes.annotations', undefined],
])('the attribute %s is a %s', (name, type) => {
  expect(attributeType(name)).toBe(type);
});

describe('nearName', () => {
  const FIELDS = ['selector', 'matchLabels', 'principals', 'notPrincipals', 'mtls'];

  test.each([
    ['selectr', 'selector'],
    ['seelctor', 'selector'],
    ['match_labels', 'matchLabels'],
    ['MATCHLABELS', 'matchLabels'],
    ['principal', 'principals'],
    ['mlts', 'mtls'],
  ])('finds what %s was meant to be', (name, meant) => {
    expect(nearName(name, FIELDS)).toBe(meant);
  });

  test.each(['volumes', 'x', ''])('does not guess at %j', (name) => {
    expect(nearName(name, FIELDS)).toBeUndefined();
  });
});
