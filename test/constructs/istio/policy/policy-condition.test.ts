import { PolicyCondition } from '../../../../lib/constructs/istio/policy/policy-condition';
import { refusal } from '../refusal';

test('conditions carry the keys that Istio knows', () => {
  const values = ['a'];
  expect(PolicyCondition.header('X-Tenant', { values }).spec).toEqual({ key: 'request.headers[X-Tenant]', values });
  expect(PolicyCondition.claim('sub', { values }).spec.key).toBe('request.auth.claims[sub]');
  expect(PolicyCondition.claim(['realm', 'roles'], { values }).spec.key).toBe('request.auth.claims[realm][roles]');
  expect(PolicyCondition.audience({ values }).spec.key).toBe('request.auth.audiences');
  expect(PolicyCondition.sni({ values }).spec.key).toBe('connection.sni');
  expect(PolicyCondition.sourceIp({ values: ['10.0.0.0/8'] }).spec.key).toBe('source.ip');
  expect(PolicyCondition.remoteIp({ values: ['10.0.0.0/8'] }).spec.key).toBe('remote.ip');
  expect(PolicyCondition.destinationIp({ values: ['10.0.0.1'] }).spec.key).toBe('destination.ip');
  expect(PolicyCondition.destinationPort({ notValues: [80] }).spec).toEqual({
    key: 'destination.port',
    notValues: ['80'],
  });
});

test('a condition knows whether it can be judged without a request', () => {
  expect(PolicyCondition.sni({ values: ['a'] }).subject).toBe('connection');
  expect(PolicyCondition.header('a', { values: ['a'] }).subject).toBe('request');
  expect(PolicyCondition.claim('a', { values: ['a'] }).subject).toBe('token');
});

test('a condition that demands nothing does not compile, and is refused', () => {
  // @ts-expect-error neither values nor notValues
  expect(refusal(() => PolicyCondition.sni({})).problem).toBe('a condition has no values');
  expect(refusal(() => PolicyCondition.sni({ values: [] })).problem).toBe('"values" is empty');
});

test.each(['', 'a b', 'a]', 'a:'])('the header name %j is refused', (name) => {
  expect(refusal(() => PolicyCondition.header(name, { values: ['a'] })).value).toBe(name);
});

test.each(['', 'a]', '[a'])('the claim name %j is refused', (name) => {
  expect(refusal(() => PolicyCondition.claim(name, { values: ['a'] })).value).toBe(name);
});

test('values are checked as what they are', () => {
  expect(refusal(() => PolicyCondition.sourceIp({ values: ['here'] })).value).toBe('here');
  expect(refusal(() => PolicyCondition.destinationPort({ values: [0] })).value).toBe(0);
  expect(refusal(() => PolicyCondition.header('a', { values: ['a*b'] })).value).toBe('a*b');
});
