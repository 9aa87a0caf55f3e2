import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../run-cli';

const jwks = (...kids: readonly string[]) =>
  JSON.stringify({ keys: kids.map((kid) => ({ kty: 'RSA', kid, n: `0vx7${kid}`, e: 'AQAB', alg: 'RS256' })) });

const token = (keys: string) =>
  `kind: token\nversion: v2\nmetadata: {name: join}\nspec:\n  roles: [Bot]\n  bot_name: b\n  join_method: kubernetes\n  kubernetes:\n    type: static_jwks\n    static_jwks:\n      jwks: '${keys}'\n    allow: [{service_account: "teleport-system:tbot"}]\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function compare(tokenText: string, keys: string) {
  writeFileSync(join(folder, 'token.yaml'), tokenText);
  writeFileSync(join(folder, 'jwks.json'), keys);
  return runCli(['token', '--check', 'token.yaml', '--jwks', 'jwks.json'], { cwd: folder });
}

test('a token with the cluster’s keys is well, whatever their order, layout and other members', async () => {
  const { exitCode, stdout } = await compare(
    token(jwks('b', 'a')),
    JSON.stringify(JSON.parse(jwks('a', 'b')), undefined, 2),
  );

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '✓ token join has the cluster’s keys\n' });
});

test('old keys beside the current one do no harm', async () => {
  expect((await compare(token(jwks('old', 'a')), jwks('a'))).exitCode).toBe(0);
});

test.each([
  ['another cluster’s keys', token(jwks('other')), /lacks every key that the cluster signs with \(a, b\)/],
  ['one of two keys', token(jwks('a')), /lacks a key that the cluster has published \(b\)/],
  ['the same id with another key', token(jwks('a', 'b').replace('0vx7a', 'AAAA')), /lacks a key .*\(a\)/],
  ['a spoilt JWKS', token('{keys:[{kty:RSA}]}'), /is not JSON/],
])('a token with %s is not', async (_, text, message) => {
  const { exitCode, stdout } = await compare(text, jwks('a', 'b'));

  expect(exitCode).toBe(1);
  expect(stdout).toMatch(message);
});

test('where there is nothing to compare, nothing is called well', async () => {
  const { exitCode, stdout, stderr } = await compare(token('x').replaceAll('static_jwks', 'oidc'), jwks('a'));

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('no token with static_jwks');
});

test('--jwks without --check is refused', async () => {
  writeFileSync(join(folder, 'jwks.json'), jwks('a'));
  const { exitCode, stderr } = await runCli(['token', '--jwks', 'jwks.json'], { cwd: folder });

  expect(exitCode).toBe(2);
  expect(stderr).toContain('--jwks requires --check');
});
