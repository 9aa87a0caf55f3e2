import { load } from 'js-yaml';
import { MeshApp, TeleportCluster, TeleportMesh } from '../../../lib';
import { runCli } from '../run-cli';

const KEYS = '{"keys":[{"kty":"RSA","kid":"a","n":"0vx7","e":"AQAB"}]}';

test('without flags the token has the names that a mesh with default settings refers to', async () => {
  const { exitCode, stdout, stderr } = await runCli(['token'], { stdin: KEYS });
  const mesh = new TeleportMesh(new MeshApp(), 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh') });

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(load(stdout)).toEqual({
    kind: 'token',
    version: 'v2',
    metadata: { name: mesh.token.name },
    spec: {
      roles: ['Bot'],
      bot_name: mesh.bot.name,
      join_method: 'kubernetes',
      kubernetes: {
        type: 'static_jwks',
        static_jwks: { jwks: '{"keys":[{"e":"AQAB","kid":"a","kty":"RSA","n":"0vx7"}]}' },
        allow: mesh.token.serviceAccounts.map(({ namespace, name }) => ({ service_account: `${namespace}:${name}` })),
      },
    },
  });
});

test('the command that a synthesis without keys prints makes the token of that mesh', async () => {
  const app = new MeshApp();
  const notices: string[] = [];
  app.addNotice = (text) => notices.push(text);
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    name: 'eu',
    namespace: 'identity',
  });
  const args = /npx teleport-istio (token .*) \\$/m.exec(notices.join('\n'))?.[1]?.split(' ') ?? [];
  const { exitCode, stdout } = await runCli(args, { stdin: KEYS });

  expect(exitCode).toBe(0);
  expect(load(stdout)).toMatchObject({
    metadata: { name: mesh.token.name },
    spec: { bot_name: mesh.bot.name, kubernetes: { allow: [{ service_account: 'identity:tbot' }] } },
  });
  expect(stdout).toMatch(/^# For the Teleport cluster acme\.teleport\.sh\.$/m);
});

test('a private key is refused and not repeated', async () => {
  const stdin = '{"keys":[{"kty":"RSA","n":"0vx7","e":"AQAB","d":"c2VjcmV0"}]}';
  const { exitCode, stdout, stderr } = await runCli(['token'], { stdin });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('private member "d"');
  expect(stderr).not.toContain('c2VjcmV0');
});

test.each([
  [['token', '--service-account', 'tbot'], 'Write namespace:name.'],
  [['token', '--service-account', 'a:b:c'], 'Write namespace:name.'],
  [['token', '--cluster', 'https://acme.teleport.sh'], 'must not have a scheme'],
  [['token', '--name', 'Not A Name'], 'Not A Name'],
])('%j says what is wrong', async (args, problem) => {
  const { exitCode, stdout, stderr } = await runCli(args, { stdin: KEYS });

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).not.toMatch(/^\s+at |\[\w+[ .]/m);
  expect(stderr).toContain(problem);
});

test('somebody who pipes nothing in is told what to pipe, instead of waiting for ever', async () => {
  const { exitCode, stderr } = await runCli(['token'], { interactive: true });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('kubectl get --raw /openid/v1/jwks');
});
