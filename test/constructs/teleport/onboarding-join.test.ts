import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { JoinToken } from '../../../lib/constructs/teleport/join-token';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { type OnboardingJoin, toOnboardingConfig } from '../../../lib/constructs/teleport/onboarding-join';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';

const onboarding = (join: OnboardingJoin) => toOnboardingConfig('machine/tbot', join);

describe('toOnboardingConfig', () => {
  test('takes the name of a join token in Kubernetes from the token itself', () => {
    const token = new JoinToken({
      name: 'istio-tbot',
      cluster: TeleportCluster.cloud('example.teleport.sh'),
      bot: { kind: 'bot', name: 'tbot' },
      join: KubernetesJoin.staticJwks(),
      serviceAccounts: [{ namespace: 'teleport', name: 'tbot' }],
    });
    expect(onboarding(token)).toEqual({ join_method: 'kubernetes', token: 'istio-tbot' });
  });

  test('points to the file that holds a secret', () => {
    expect(onboarding({ method: 'token', tokenFile: '/etc/tbot/token' })).toEqual({
      join_method: 'token',
      token: '/etc/tbot/token',
    });
  });

  test('never repeats a secret that was given instead of its file', () => {
    const secret = '0a1b2c3d4e5f';
    for (const join of [
      { method: 'token', tokenFile: secret },
      { method: 'bound_keypair', tokenName: 'host', registrationSecretPath: secret },
      { method: 'bound_keypair', tokenName: 'host', staticPrivateKeyPath: secret },
    ] as const) {
      expect(() => onboarding(join)).toThrow(/^\[machine\/tbot\] .* is not an absolute path/);
      expect(() => onboarding(join)).not.toThrow(secret);
    }
  });

  test.each([
    'azure_devops',
    'bitbucket',
    'circleci',
    'env0',
    'gcp',
    'github',
    'iam',
    'oracle',
    'spacelift',
    'tpm',
  ] as const)('needs only the name of the token for %s', (method) => {
    expect(onboarding({ method, tokenName: 'host' })).toEqual({ join_method: method, token: 'host' });
  });

  test.each([
    [{ method: 'azure', tokenName: 'host' }, {}],
    [{ method: 'azure', tokenName: 'host', clientId: 'id' }, { azure: { client_id: 'id' } }],
    [{ method: 'gitlab', tokenName: 'host' }, {}],
    [{ method: 'gitlab', tokenName: 'host', tokenEnvVarName: 'JWT' }, { gitlab: { token_env_var_name: 'JWT' } }],
    [{ method: 'terraform_cloud', tokenName: 'host' }, {}],
    [{ method: 'terraform_cloud', tokenName: 'host', audienceTag: 'TP' }, { terraform: { audience_tag: 'TP' } }],
    [
      { method: 'generic_oidc', tokenName: 'host', idToken: { env: 'ID_TOKEN' } },
      { generic_oidc: { env: 'ID_TOKEN' } },
    ],
    [
      {
        method: 'generic_oidc',
        tokenName: 'host',
        idToken: { command: ['get', 'token'], timeout: Duration.seconds(5) },
      },
      { generic_oidc: { command: ['get', 'token'], timeout: '5s' } },
    ],
    [{ method: 'bound_keypair', tokenName: 'host' }, {}],
    [
      { method: 'bound_keypair', tokenName: 'host', registrationSecretPath: '/a' },
      { bound_keypair: { registration_secret_path: '/a' } },
    ],
    [
      { method: 'bound_keypair', tokenName: 'host', staticPrivateKeyPath: '/b' },
      { bound_keypair: { static_private_key_path: '/b' } },
    ],
  ] as const)('writes %j in the block of its method', (join, block) => {
    expect(onboarding(join)).toEqual({ join_method: join.method, token: 'host', ...block });
  });

  test.each(['', '/etc/tbot/token'])('refuses %j as the name of a token', (tokenName) => {
    expect(() => onboarding({ method: 'iam', tokenName })).toThrow(InvalidInputError);
  });

  test('knows no method that tbot does not accept', () => {
    // @ts-expect-error tbot has no ec2, though its documentation lists it
    const join: OnboardingJoin = { method: 'ec2', tokenName: 'host' };
    expect(join.method).toBe('ec2');
  });
});
