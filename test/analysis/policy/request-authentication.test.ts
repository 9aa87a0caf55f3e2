import { verifyToken } from '../../../lib/analysis/policy/request-authentication';
import { onHttp, policy } from '../access/objects';

const authentication = (jwtRules: readonly object[], spec: object = {}) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'RequestAuthentication',
  metadata: { name: 'jwt', namespace: 'shop' },
  spec: { jwtRules, ...spec },
});
const known = authentication([{ issuer: 'https://i', audiences: ['shop'], jwksUri: 'https://i/jwks' }]);
const needsToken = policy({ rules: [{ from: [{ source: { requestPrincipals: ['https://i/*'] } }] }] });
const token = { iss: 'https://i', sub: 's', aud: 'shop' };

describe('tokens', () => {
  test.each([
    ['a good token', [known, needsToken], token, 'allowed'],
    ['one audience of several will do', [known, needsToken], { ...token, aud: ['x', 'shop'] }, 'allowed'],
    ['no token', [known, needsToken], null, 'denied'],
    ['no token where none is demanded', [known], null, 'allowed'],
    [
      'a token of an unknown issuer is refused even where none is demanded',
      [known],
      { iss: 'https://other', sub: 's' },
      'denied',
    ],
    ['a token for somebody else', [known], { ...token, aud: 'x' }, 'denied'],
    ['a token nothing verifies counts for nothing', [needsToken], token, 'denied'],
    [
      'a RequestAuthentication for other pods',
      [authentication([{ issuer: 'https://i' }], { selector: { matchLabels: { app: 'x' } } }), needsToken],
      token,
      'denied',
    ],
    ['a token that is not stated', [known, needsToken], undefined, 'depends'],
    ['a token that is not stated where nothing verifies one', [needsToken], undefined, 'denied'],
  ])('%s', (_, manifests, claims, expected) => {
    expect(onHttp(manifests, claims === undefined ? {} : { claims })).toBe(expected);
  });

  test('scope, permission and what the rule names are lists once they are split at spaces', () => {
    const claims = (name: string) =>
      policy({ rules: [{ when: [{ key: `request.auth.claims[${name}]`, values: ['write'] }] }] });
    const split = authentication([{ issuer: 'https://i', spaceDelimitedClaims: ['roles'] }]);
    const request = { claims: { ...token, scope: 'read write', roles: 'read write', other: 'read write' } };
    expect(onHttp([split, claims('scope')], request)).toBe('allowed');
    expect(onHttp([split, claims('roles')], request)).toBe('allowed');
    expect(onHttp([split, claims('other')], request)).toBe('denied');
  });

  test('without RequestAuthentication there are no claims, whatever the request says', () => {
    expect(verifyToken([], token)).toMatchObject({ accepted: true, claims: null });
  });
});
