import { readManifests } from '../../../lib/model/documents/read-manifests';
import { HIDDEN, KnownSecrets, shownName } from '../../../lib/model/secrets/known-secrets';

const read = (...documents: readonly string[]) =>
  readManifests([{ file: 'a.yaml', text: documents.join('\n---\n') }]).manifests;
const hide = (text: string, ...documents: readonly string[]) => KnownSecrets.of(read(...documents)).hide(text);

const token = (name: string, spec: string) =>
  `kind: token\nversion: v2\nmetadata: {name: "${name}"}\nspec: {roles: [Bot], bot_name: b, ${spec}}`;
const secret = (data: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: held, namespace: shop}\n${data}`;
const pod = (container: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: a, image: a, ${container}}]}`;

test.each([
  ['the name of a token of the method token', token('0f1e2d3c4b5a', 'join_method: token')],
  ['the name of a token that names no method', token('0f1e2d3c4b5a', 'x: 1')],
  [
    'the same of the operator',
    'apiVersion: resources.teleport.dev/v2\nkind: TeleportProvisionToken\nmetadata: {name: 0f1e2d3c4b5a, namespace: t}\nspec: {join_method: token}',
  ],
  [
    'what a key is registered with',
    token('a', 'join_method: bound_keypair, bound_keypair: {onboarding: {registration_secret: 0f1e2d3c4b5a}}'),
  ],
  ['what tbot joins with', 'proxy_server: a:1\nonboarding: {join_method: token, token: 0f1e2d3c4b5a}'],
  ['the same without a method', 'proxy_server: a:1\nonboarding: {token: 0f1e2d3c4b5a}'],
  [
    'what tbot registers with',
    'proxy_server: a:1\nonboarding: {join_method: bound_keypair, bound_keypair: {registration_secret: 0f1e2d3c4b5a}}',
  ],
  ['a text in a Secret', secret('stringData: {a: 0f1e2d3c4b5a}')],
  ['bytes in a Secret', secret(`data: {a: ${Buffer.from('0f1e2d3c4b5a').toString('base64')}}`)],
  ['a variable', pod('env: [{name: DB_PASSWORD, value: 0f1e2d3c4b5a}]')],
  ['a flag', pod('args: [--token=0f1e2d3c4b5a]')],
  ['a flag and its value', pod('command: [tbot, --token, 0f1e2d3c4b5a]')],
])('%s is hidden wherever it stands', (_, document) => {
  expect(hide('a "0f1e2d3c4b5a" and x0f1e2d3c4b5ay', document)).toBe(`a "${HIDDEN}" and x${HIDDEN}y`);
});

test.each([
  ['a token of another method', token('0f1e2d3c4b5a', 'join_method: kubernetes')],
  ['a token for machines of EC2', token('0f1e2d3c4b5a', 'allow: [{aws_account: "1"}]')],
  ['a token that tbot reads from a file', 'proxy_server: a:1\nonboarding: {join_method: token, token: /0f1e2d3c4b5a}'],
  [
    'a name in a Secret that an object has',
    `${secret('stringData: {user: 0f1e2d3c4b5a}')}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: 0f1e2d3c4b5a}`,
  ],
  ['a short word in a Secret', secret('stringData: {a: 0f1e2d}')],
  ['a variable of another name', pod('env: [{name: DB_PASSWORD_FILE, value: 0f1e2d3c4b5a}]')],
  ['a variable that names a file', pod('env: [{name: DB_PASSWORD, value: /0f1e2d3c4b5a}]')],
])('%s stays', (_, document) => {
  expect(hide('/0f1e2d3c4b5a 0f1e2d', document)).toBe('/0f1e2d3c4b5a 0f1e2d');
});

test('a short secret is hidden as a word, and not in the middle of others', () => {
  expect(hide('tbot, "tbot" and tbot-config, mytbot', token('tbot', 'join_method: token'))).toBe(
    `${HIDDEN}, "${HIDDEN}" and tbot-config, mytbot`,
  );
});

test('of two secrets that begin alike the longer one is hidden whole', () => {
  const tokens = [token('0f1e2d3c', 'join_method: token'), token('0f1e2d3c4b5a', 'join_method: token')];

  expect(hide('0f1e2d3c4b5a 0f1e2d3c', ...tokens)).toBe(`${HIDDEN} ${HIDDEN}`);
});

test('a value is searched all through, with variables by their names', () => {
  const secrets = KnownSecrets.ofAll([read(token('0f1e2d3c4b5a', 'join_method: token'))]);
  const value = {
    list: ['0f1e2d3c4b5a', 1, true, null],
    env: [
      { name: 'API_KEY', value: 'short' },
      { name: 'LEVEL', value: 'short' },
    ],
    password: 'short',
    automountServiceAccountToken: true,
    secretName: 'short',
  };

  expect(secrets.hideIn(value)).toEqual({
    list: [HIDDEN, 1, true, null],
    env: [
      { name: 'API_KEY', value: HIDDEN },
      { name: 'LEVEL', value: 'short' },
    ],
    password: HIDDEN,
    automountServiceAccountToken: true,
    secretName: 'short',
  });
});

test('what has no secrets stays as it is', () => {
  expect(hide('Deployment shop/web: port 80', pod('args: [a]'))).toBe('Deployment shop/web: port 80');
});

test('a token is called by its name if the name is public', () => {
  const names = read(
    token('a', 'join_method: token'),
    token('b', 'join_method: kubernetes'),
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: c}',
  );

  expect(names.all.map(shownName)).toEqual([HIDDEN, 'b', 'c']);
});
