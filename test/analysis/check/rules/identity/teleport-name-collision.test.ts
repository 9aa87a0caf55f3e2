import { inTwoClusters, issuingChain, tokenOf } from '../../../../../lib/analysis/check/rules/fleet-examples';
import { checkFiles } from '../../../../../lib/check';
import { filesOf } from './files-of';

const RULES = ['teleport-name-collision', 'identity-for-two-clusters'];

function found(text: string): readonly string[] {
  return checkFiles(filesOf(text), { rules: RULES }).map(
    ({ rule, severity, location: { file, line }, found: what }) => `${rule}: ${severity} ${file}:${line}: ${what}`,
  );
}

const namesOf = (cluster: string) => (text: string) => text.replaceAll('mesh', cluster);
const own = (cluster: string) => [...issuingChain('mesh'), tokenOf(cluster)].map(namesOf(cluster));

test('a token of one name with the keys of two clusters is an error in the second', () => {
  const [first, ...others] = found(inTwoClusters((cluster) => [tokenOf(cluster)]));

  expect(first).toMatch(
    /^teleport-name-collision: error us-1\/cluster\.yaml:\d+: join token "mesh-join" is also that of cluster eu-1, in eu-1\/cluster\.yaml line \d+$/,
  );
  expect(others).toEqual([]);
});

test.each([
  ['role', (text: string) => text.replace('role\nversion: v7', 'role\nversion: v8'), 'role "mesh-issuer"'],
  ['bot', (text: string) => text.replace('[mesh-issuer]', '[mesh-issuer, other]'), 'bot "mesh"'],
  ['identity', (text: string) => text.replace('/apps/mesh', '/apps/own'), 'workload identity "mesh"'],
])('so is a %s that the clusters have in different ways', (_what, change, expected) => {
  const text = inTwoClusters((cluster) => issuingChain('mesh').map((one) => (cluster === 'us-1' ? change(one) : one)));

  expect(found(text)).toEqual([expect.stringContaining(`: error us-1/cluster.yaml:`)]);
  expect(found(text)[0]).toContain(`${expected} is also that of cluster eu-1`);
});

test("the operator's objects are the same resources as tctl's", () => {
  const text = inTwoClusters((cluster) => [
    cluster === 'eu-1'
      ? tokenOf(cluster)
      : tokenOf(cluster).replace(
          'kind: token\nversion: v2',
          'apiVersion: resources.teleport.dev/v2\nkind: TeleportProvisionToken',
        ),
  ]);

  expect(found(text)).toEqual([expect.stringContaining('join token "mesh-join" is also that of cluster eu-1')]);
});

test('names of their own are right, and so is a resource that both have alike', () => {
  expect(found(inTwoClusters(own))).toEqual([]);
  expect(found(inTwoClusters(() => issuingChain('mesh')))).toEqual([]);
});

test('clusters of two trust domains have two Teleports; where one states none, it is likely only', () => {
  const text = inTwoClusters((cluster) => [tokenOf(cluster)]);
  const [eu = '', us = ''] = text.split(/(?=^# us-1)/m);

  expect(found(`${eu}${us.replace('trustDomain: example.teleport.sh', 'trustDomain: other.teleport.sh')}`)).toEqual([]);
  expect(found(`${eu}${us.replace('trustDomain: example.teleport.sh', 'accessLogFile: /dev/stdout')}`)).toEqual([
    expect.stringContaining('teleport-name-collision: warning us-1/'),
  ]);
});

test('what is in no cluster’s directory is one file of all of them', () => {
  const text = inTwoClusters(() => []);

  expect(found(`# teleport.yaml\n${tokenOf('eu-1')}---\n${text}`)).toEqual([]);
});

test('a bot that joins from two clusters is issued the same in both', () => {
  const text = inTwoClusters((cluster) => [
    ...(cluster === 'eu-1' ? issuingChain('mesh') : []),
    tokenOf(cluster).replace('mesh-join', `${cluster}-join`),
  ]);

  expect(found(text)).toEqual([
    expect.stringMatching(
      /^identity-for-two-clusters: warning us-1\/cluster\.yaml:\d+: token "us-1-join" and token "eu-1-join" in eu-1\/cluster\.yaml line \d+ are for two clusters, and the bots of both are issued "mesh"$/,
    ),
  ]);
});

test('so are two bots with one role, with a role for any label, and in a file beside the clusters', () => {
  const bot = (name: string, role: string) =>
    `kind: bot\nversion: v1\nmetadata: {name: ${name}}\nspec: {roles: [${role}]}\n`;
  const [, role = '', identity = ''] = issuingChain('mesh');
  const join = (cluster: string) =>
    tokenOf(cluster).replace('mesh-join', `${cluster}-join`).replace('bot_name: mesh', `bot_name: ${cluster}`);
  const shared = [bot('eu-1', 'mesh-issuer'), bot('us-1', 'mesh-issuer'), role, identity, join('eu-1'), join('us-1')];
  const wide = issuingChain('wide')[1]?.replace('{mesh: [wide]}', "{'*': ['*']}") ?? '';
  const any = [...own('eu-1'), bot('us-1', 'wide-issuer'), wide, join('us-1')];
  const beside = `# teleport.yaml\n${shared.join('---\n')}---\n${inTwoClusters(() => [])}`;

  for (const text of [`# all.yaml\n${shared.join('---\n')}`, `# all.yaml\n${any.join('---\n')}`, beside]) {
    expect(found(text)).toEqual([
      expect.stringMatching(/^identity-for-two-clusters: warning .* "us-1-join" and token "eu-1/),
    ]);
  }
});

test.each([
  [
    'the same keys twice',
    (text: string) => text.replaceAll('us-1-join', 'second').replace(tokenKeys('us-1'), tokenKeys('eu-1')),
  ],
  [
    'an identity whose rules look at the token',
    (text: string) =>
      text.replace(
        'spec: {spiffe: {id: /apps/mesh}}',
        'spec: {spiffe: {id: /apps/mesh}, rules: {allow: [{conditions: [{attribute: join.meta.join_token_name, eq: {value: eu-1-join}}]}]}}',
      ),
  ],
  [
    'an identity with a path for each token',
    (text: string) => text.replace('/apps/mesh', "'/apps/{{ join.meta.join_token_name }}'"),
  ],
  [
    'keys in one token and an issuer in the other',
    (text: string) =>
      text.replace(/type: static_jwks\n.*us-1.*\n/, 'type: oidc\n    oidc: {issuer: https://eu-1.example.com}\n'),
  ],
  ['a role for other labels', (text: string) => text.replace('{mesh: [mesh]}', '{mesh: [other]}')],
])('says nothing about %s', (_what, change) => {
  const join = (cluster: string) => tokenOf(cluster).replace('mesh-join', `${cluster}-join`);
  const text = [...issuingChain('mesh'), join('eu-1'), join('us-1')].join('---\n');

  expect(found(`# all.yaml\n${text}`)).toHaveLength(1);
  expect(change(text)).not.toBe(text);
  expect(found(`# all.yaml\n${change(text)}`)).toEqual([]);
});

test('issuers of two clusters differ as keys do', () => {
  const oidc = (cluster: string) =>
    tokenOf(cluster)
      .replace('mesh-join', `${cluster}-join`)
      .replace(/type: static_jwks\n.*\n/, `type: oidc\n    oidc: {issuer: https://${cluster}.example.com}\n`);
  const text = [...issuingChain('mesh'), oidc('eu-1'), oidc('us-1')].join('---\n');

  expect(found(`# all.yaml\n${text}`)).toEqual([expect.stringContaining('token "us-1-join" and token "eu-1-join"')]);
  expect(found(`# all.yaml\n${text.replace('https://us-1', 'https://eu-1')}`)).toEqual([]);
  // Teleport reads the keys of both from one document.
  expect(found(`# all.yaml\n${text.replace('https://us-1.example.com', 'https://eu-1.example.com/')}`)).toEqual([]);
});

function tokenKeys(cluster: string): string {
  return /\{jwks: .*\}/.exec(tokenOf(cluster))?.[0] ?? '';
}
