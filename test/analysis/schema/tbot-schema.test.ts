import { checkFiles } from '../../../lib/check';

const says = (rest: string) =>
  checkFiles(
    [
      {
        file: 'tbot.yaml',
        text: `version: v2\nproxy_server: example.teleport.sh:443\nonboarding: {join_method: kubernetes, token: mesh}\n${rest}\n`,
      },
    ],
    { rules: ['invalid-value', 'unknown-field'] },
  ).map(({ rule, pointer }) => `${rule} ${pointer}`);

const FILES = 'destination: {type: directory, path: /opt/out}';

test.each([
  ['credential_ttl: 1h30m'],
  [`credential_ttl: "\${TTL}"`],
  [`services: [{type: identity, ${FILES}}]`],
  [`services: [{type: identity, cluster: leaf, allow_reissue: true, ${FILES}}]`],
  [`services: [{type: application, app_name: a, ${FILES}}]`],
  ['services: [{type: database-tunnel, listen: "tcp://127.0.0.1:5432", service: a, database: b, username: c}]'],
  ['services: [{type: kubernetes/v2, selectors: [{name: a}], destination: {type: kubernetes_secret, name: a}}]'],
])('tbot takes %s', (rest) => expect(says(rest)).toEqual([]));

test.each([
  ['credential_ttl: 1d', '/credential_ttl'],
  ['credential_ttl: 1 hour', '/credential_ttl'],
  ['services: [{type: identity}]', '/services/0'],
  ['services: [{type: identity, destination: {type: secret}}]', '/services/0/destination'],
  ['services: [{type: identity, destination: {type: kubernetes_secret}}]', '/services/0/destination'],
  [`services: [{type: application, ${FILES}}]`, '/services/0'],
  [`services: [{type: database, ${FILES}}]`, '/services/0'],
  [`services: [{type: identity, renewal_interval: 20, ${FILES}}]`, '/services/0/renewal_interval'],
])('tbot refuses %s', (rest, pointer) => expect(says(rest)).toEqual([`invalid-value ${pointer}`]));
