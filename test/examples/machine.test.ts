import { load } from 'js-yaml';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('machine');
const find = findManifest({ teleport: output['teleport/teleport.yaml'] ?? '' });
const tbotConfig = load(output['machine/tbot.yaml'] ?? '') as Manifest;
const unit = output['machine/tbot.service'] ?? '';

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('machine'));
});

test('server and client have an identity each, for one user each', () => {
  const rules = (name: string) => find('workload_identity', `example-machine-${name}`).spec.rules.allow;
  const onlyUser = (uid: string) => [
    {
      conditions: [
        { attribute: 'workload.unix.attested', eq: { value: 'true' } },
        { attribute: 'workload.unix.uid', eq: { value: uid } },
      ],
    },
  ];
  expect(rules('server')).toEqual(onlyUser('1501'));
  expect(rules('client')).toEqual(onlyUser('1502'));
  expect(find('workload_identity', 'example-machine-server').spec.spiffe.id).toBe('/svc/server');
  expect(find('workload_identity', 'example-machine-client').spec.spiffe.id).toBe('/svc/client');
});

test('tbot asks for the identities by a label that both have, and its role may issue them', () => {
  const [service] = tbotConfig.services;
  expect(tbotConfig.services).toHaveLength(1);
  const role = find('role', find('bot', 'example-machine').spec.roles[0]);
  for (const name of ['server', 'client']) {
    const { labels } = find('workload_identity', `example-machine-${name}`).metadata;
    for (const wanted of [service.selector.labels, role.spec.allow.workload_identity_labels]) {
      expect(Object.keys(wanted)).not.toHaveLength(0);
      for (const [key, values] of Object.entries<string[]>(wanted)) expect(values).toContain(labels[key]);
    }
  }
});

test('nothing that is written is a secret, and tbot can join again after a restart', () => {
  const token = find('token', tbotConfig.onboarding.token);
  expect(token.spec).toEqual({
    roles: ['Bot'],
    bot_name: find('bot', 'example-machine').metadata.name,
    join_method: 'bound_keypair',
    bound_keypair: { recovery: { mode: 'relaxed' } },
  });
  expect(tbotConfig.onboarding).toEqual({
    join_method: 'bound_keypair',
    token: 'example-machine',
    bound_keypair: { registration_secret_path: '/etc/tbot/registration-secret' },
  });
  expect(tbotConfig.storage.type).toBe('directory');
});

test('the service makes the directories that tbot uses, and keeps others out', () => {
  const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];
  const { pathname } = new URL(tbotConfig.services[0].listen);
  expect(pathname).toBe(`/run/${setting('RuntimeDirectory')}/workload.sock`);
  expect(setting('RuntimeDirectoryMode')).toBe('0750');
  expect(tbotConfig.storage.path).toBe(`/var/lib/${setting('StateDirectory')}`);
  expect(setting('StateDirectoryMode')).toBe('0700');
  expect(setting('ExecStart')).toContain(' -c /etc/tbot/tbot.yaml');
  // Either would hide the callers or the users they run as.
  expect(unit).not.toMatch(/^(ProtectProc|PrivateUsers)=/m);
});

test('programs find the socket by the variable that SPIFFE libraries read', () => {
  expect(output['machine/spiffe.env']).toMatch(
    new RegExp(`^# [^\n]*\nSPIFFE_ENDPOINT_SOCKET=${tbotConfig.services[0].listen}\n$`),
  );
});
