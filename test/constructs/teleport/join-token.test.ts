import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { JoinToken, type JoinTokenProps } from '../../../lib/constructs/teleport/join-token';
import { Jwks } from '../../../lib/constructs/teleport/jwks';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';

const cloud = TeleportCluster.cloud('example.teleport.sh');
const selfHosted = TeleportCluster.selfHosted({ name: 'prod', proxyAddress: 'teleport.example.com:443' });
const jwks = Jwks.parse('{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}');

const token = (props: Partial<JoinTokenProps> = {}) =>
  new JoinToken({
    name: 'istio-tbot',
    cluster: cloud,
    bot: { kind: 'bot', name: 'tbot' },
    join: KubernetesJoin.staticJwks(jwks),
    serviceAccounts: [{ namespace: 'teleport', name: 'tbot' }],
    ...props,
  });
const kubernetesOf = (made: JoinToken) => (made.toTctlDocument().spec as { kubernetes: object }).kubernetes;

describe('JoinToken', () => {
  test('lets the ServiceAccount join as the bot', () => {
    expect(token().toTctlDocument()).toEqual({
      kind: 'token',
      version: 'v2',
      metadata: { name: 'istio-tbot' },
      spec: {
        roles: ['Bot'],
        bot_name: 'tbot',
        join_method: 'kubernetes',
        kubernetes: {
          type: 'static_jwks',
          static_jwks: { jwks: jwks.toString() },
          allow: [{ service_account: 'teleport:tbot' }],
        },
      },
    });
  });

  test('names each ServiceAccount once, in one order', () => {
    const [a, b] = [
      { namespace: 'a', name: 'z' },
      { namespace: 'b', name: 'y' },
    ];
    expect(kubernetesOf(token({ serviceAccounts: [b, a, b] }))).toMatchObject({
      allow: [{ service_account: 'a:z' }, { service_account: 'b:y' }],
    });
  });

  test('refuses that nobody may join', () => {
    expect(() => token({ serviceAccounts: [] })).toThrow('[JoinToken istio-tbot] no ServiceAccount may join');
  });

  test.each([
    { namespace: '*', name: 'tbot' },
    { namespace: 'teleport', name: '*' },
    { namespace: 'teleport:tbot', name: 'tbot' },
    { namespace: 'teleport', name: 'a:b' },
    { namespace: '', name: 'tbot' },
    { namespace: 'teleport', name: 'Tbot' },
  ])('refuses %j, which Teleport would never find equal', (account) => {
    expect(() => token({ serviceAccounts: [account] })).toThrow(InvalidInputError);
  });

  test('refuses a name with a path or capitals', () => {
    expect(() => token({ name: '/tmp/token' })).toThrow('not a valid name for a Teleport resource');
  });
});

describe('KubernetesJoin.staticJwks', () => {
  test('without keys makes a token that knows it is incomplete, and is not written', () => {
    const incomplete = token({ join: KubernetesJoin.staticJwks() });
    expect(incomplete.needsJwks).toBe(true);
    expect(() => incomplete.toTctlDocument()).toThrow('kubectl get --raw /openid/v1/jwks');
    expect(token().needsJwks).toBe(false);
  });
});

describe('KubernetesJoin.oidc', () => {
  const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF';

  test('writes the issuer to the letter, and no keys', () => {
    const made = token({ join: KubernetesJoin.oidc(issuer) });
    expect(made.needsJwks).toBe(false);
    expect(kubernetesOf(made)).toEqual({
      type: 'oidc',
      oidc: { issuer },
      allow: [{ service_account: 'teleport:tbot' }],
    });
  });

  test.each([
    'http://issuer.example.com',
    'issuer.example.com',
    '',
    'https://',
    'https://u@issuer.example.com',
    `${issuer}?a=b`,
    `${issuer}#f`,
  ])('refuses the issuer %j', (wrong) => {
    expect(() => KubernetesJoin.oidc(wrong)).toThrow(/^\[KubernetesJoin\.oidc\]/);
  });
});

describe('KubernetesJoin.inCluster', () => {
  test('works with an Auth Service of one’s own', () => {
    const made = token({ cluster: selfHosted, join: KubernetesJoin.inCluster() });
    expect(made.needsJwks).toBe(false);
    expect(kubernetesOf(made)).toEqual({ type: 'in_cluster', allow: [{ service_account: 'teleport:tbot' }] });
  });

  test('is refused with Teleport Cloud, which cannot reach the API server', () => {
    expect(() => token({ join: KubernetesJoin.inCluster() })).toThrow(
      '[JoinToken istio-tbot] the Auth Service of Teleport Cloud',
    );
  });
});
