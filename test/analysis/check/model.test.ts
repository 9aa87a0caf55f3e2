import { attributeType } from '../../../lib/analysis/check/context/attributes';
import { goDurationSeconds, protobufDurationSeconds } from '../../../lib/analysis/check/go-duration';
import { socketPath } from '../../../lib/model/teleport/tbot-config';

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
