import { slimObject } from '../../../lib/analysis/doctor/slim-object';
import { REMOVED, withoutSecrets, withoutSecretTexts } from '../../../lib/model/secrets/secret-texts';

const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6Im9uZSJ9.eyJpc3MiOiJodHRwczovL2t1YmVybmV0ZXMifQ.c2lnbmF0dXJlLXBsYW50ZWQ';
const KEY = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIplanted\n-----END EC PRIVATE KEY-----';

test.each([
  ['a private key', `before ${KEY} after`],
  ['a private key that was cut off', KEY.slice(0, -20)],
  ['a private key in base64', Buffer.from(KEY).toString('base64')],
  ['a token of an account', `Authorization: Bearer ${JWT}`],
  ['a bearer token of another kind', 'authorization: Bearer planted-0123456789'],
  ['a password in an address', 'postgres://shop:planted@db:5432/shop'],
  ['a password behind its name', 'password=planted'],
  ['a password in JSON', '{"apiKey": "planted"}'],
  ['a secret join token of tbot', 'onboarding:\n  join_method: token\n  token: planted0123\n'],
  ['the same the other way round', 'onboarding:\n  token: planted0123\n  join_method: token\n'],
])('%s is removed from a text', (_, text) => {
  const clean = withoutSecretTexts(text);

  expect(clean).toContain(REMOVED);
  expect(clean).not.toMatch(/planted|c2lnbmF0dXJl|cGxhbnRlZ|eyJhbGci/);
});

test.each([
  'onboarding:\n  join_method: kubernetes\n  token: istio-tbot-k8s-join\n',
  'secret:\n  secretName: gateway-certificate\n',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  'spiffe://example.teleport.sh/ns/shop/sa/web',
  'password: {{ .Values.password }}',
])('what is no secret stays: %j', (text) => {
  expect(withoutSecretTexts(text)).toBe(text);
});

const container = (image: string) => ({
  name: 'one',
  image,
  command: ['run', '--password=planted'],
  args: ['planted'],
  env: [
    { name: 'DATABASE', value: 'planted' },
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  ],
});

test.each(['Pod', 'Deployment', 'CronJob'])('what a %s gives to its own containers is left out', (kind) => {
  const pod = { metadata: { annotations: { note: JWT } }, spec: { containers: [container('example.com/app:1')] } };
  const spec = kind === 'Deployment' ? { template: pod } : { jobTemplate: { spec: { template: pod } } };
  const object = kind === 'Pod' ? { ...pod, kind } : { kind, metadata: {}, spec };

  expect(JSON.stringify(slimObject(object))).not.toMatch(/planted|eyJhbGci/);
});

test('of a Secret only the name is kept', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'a', namespace: 'b' },
    data: { a: 'cGxhbnRlZA==' },
  };

  expect(slimObject(secret)).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'b' } });
});

test('what kubectl has remembered of an object is left out', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"planted"}' };

  expect(JSON.stringify(slimObject({ kind: 'Service', metadata: { name: 'a', annotations } }))).not.toContain(
    'planted',
  );
});

test('keys, numbers and lists stay as they are', () => {
  const value = { a: [1, true, null, 'plain text that stays'], constructor: 'x' };

  expect(withoutSecrets(value)).toEqual(value);
});
