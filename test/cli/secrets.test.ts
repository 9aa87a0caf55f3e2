import { extent } from '../thorough';
import { type Document, HostileProject } from './hostile-project';

/** Each place has a secret of its own, so that a failure says which; none is a word of anything else. */
const secret = (place: string) => `Pl4nted${place}0f1e2d`;

const PRIVATE_KEY = `-----BEGIN EC PRIVATE KEY-----\n${secret('Pem')}\n-----END EC PRIVATE KEY-----`;

const meta = (name: string) => ({ name, namespace: 'shop' });

const tbot = (token: string, more: object = {}) => ({
  version: 'v2',
  proxy_server: 'acme.teleport.sh:443',
  onboarding: { join_method: 'token', token, ...more },
  services: [{ type: 'workload-identity-api', listen: 'unix:///run/x', selector: { name: token }, unknown: token }],
});

function documents(side: string): readonly Document[] {
  const of = (place: string) => secret(`${place}${side}`);
  return [
    {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'istio', namespace: 'istio-system' },
      spec: { meshConfig: { trustDomain: 'acme.teleport.sh' } },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('web'),
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('web'),
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: {
            serviceAccountName: 'web',
            containers: [
              {
                name: 'web',
                image: 'web:1',
                env: [{ name: 'DB_PASSWORD', value: of('Variable') }],
                args: [`--password=${of('Argument')}`],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: meta('tbot'),
      spec: {
        selector: { matchLabels: { app: 'tbot' } },
        template: {
          metadata: { labels: { app: 'tbot' } },
          spec: {
            serviceAccountName: 'tbot',
            containers: [
              {
                name: 'tbot',
                image: 'public.ecr.aws/gravitational/tbot-distroless:18.11.0',
                args: ['start', '--join-method=token', '--token', of('Flag')],
              },
            ],
          },
        },
      },
    },
    // The role that is not there, the bot that is not there, a field that does not exist and a name that stands twice.
    {
      kind: 'token',
      version: 'v2',
      metadata: { name: of('Name') },
      spec: { roles: ['Bot'], bot_name: 'gone', join_method: 'token', unknown: of('Name') },
    },
    {
      kind: 'token',
      version: 'v2',
      metadata: { name: of('Name') },
      spec: { roles: ['Bot', of('Name')], join_method: 'token' },
    },
    { kind: 'token', version: 'v2', metadata: { name: of('Unsaid') }, spec: { roles: ['Bot'], bot_name: 'gone' } },
    {
      kind: 'token',
      version: 'v2',
      metadata: { name: `x-${side}` },
      spec: {
        roles: ['Bot'],
        bot_name: of('Name'),
        join_method: 'bound_keypair',
        bound_keypair: {
          onboarding: { registration_secret: of('Registration'), must_register_before: of('Registration') },
        },
      },
    },
    {
      apiVersion: 'resources.teleport.dev/v2',
      kind: 'TeleportProvisionToken',
      metadata: { name: of('Operator'), namespace: 'shop' },
      spec: { roles: ['Bot'], bot_name: 'gone', join_method: 'token' },
    },
    { kind: 'bot', version: 'v1', metadata: { name: 'b' }, spec: { roles: [of('Name')] } },
    tbot(of('Onboarding'), { registration_secret: of('Register'), unknown: of('Onboarding') }),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('tbot'),
      data: { 'tbot.yaml': JSON.stringify(tbot(of('Map'))) },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: meta('held'),
      type: of('String'),
      stringData: { password: of('String'), 'tbot.yaml': JSON.stringify(tbot(of('Inside'))) },
      data: { key: Buffer.from(of('Data')).toString('base64'), other: `${of('Broken')}!` },
    },
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: meta('web'),
      spec: {
        selector: { matchLabels: { app: 'web' } },
        rules: [
          {
            from: [{ source: { principals: ['acme.teleport.sh/ns/shop/sa/tbot'] } }],
            when: [{ key: 'request.headers[authorization]', values: [`Bearer ${of('Bearer')}`] }],
          },
        ],
      },
    },
  ];
}

const project = new HostileProject({
  before: documents('Before'),
  after: documents('After'),
  broken: {
    'alias.yaml': `kind: token\nversion: v2\nmetadata: {name: *${secret('Alias')}}\n`,
    'tag.yaml': `onboarding: {join_method: token, token: !${secret('Tag')} }\nproxy_server: a:1\n`,
    'handle.yaml': `password: !x!${secret('Handle')}\n`,
    'twice.yaml': `kind: token\nversion: v2\nmetadata: {name: ${secret('Twice')}}\nspec: {join_method: token, join_method: token}\n`,
    'open.yaml': `kind: token\nmetadata: {name: "${secret('Open')}\n`,
  },
  said: `join_method: token, token: ${secret('Log')} and ${PRIVATE_KEY}`,
  given: 'shop/tbot',
  from: 'shop/tbot',
  to: 'shop/web',
});
afterAll(() => project.remove());

// Every second line for every change, all of them when everything is gone through.
test.each(
  project.invocations.filter((_, index) => index % extent(2, 1) === 0).map((args) => [args.join(' '), args] as const),
)('%s: prints no secret', async (_, args) => {
  const { stdout, stderr } = await project.run(args);

  expect(`${stdout}${stderr}`).not.toBe('');
  // A secret in base64 is one too.
  expect(`${stdout}${stderr}`.match(/Pl4nted[A-Za-z]*|UGw0bnRlZ\w*/g) ?? []).toEqual([]);
});

test('what is wrong with what is a secret is found all the same', async () => {
  const { stdout } = await project.run(['check', 'sound', '--complete']);

  expect(stdout).toMatch(/token-name-is-secret.*\(secret\)/);
  expect(stdout).toContain('there is no token "(secret)"');
  expect(stdout).toContain('there is no workload identity "(secret)"');
});
