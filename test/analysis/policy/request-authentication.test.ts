import { verifyToken } from '../../../lib/analysis/policy/request-authentication';
import { Target } from '../../../lib/upstream/releases/target';
import { decide, onHttp, onTcp, PAIR, policy } from '../access/objects';

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
    expect(verifyToken([], token, Target.of())).toMatchObject({ accepted: true, claims: null });
  });
});

describe('a token that is required', () => {
  const required = authentication([{ issuer: 'https://i', presence: 'REQUIRED' }]);
  const byNumber = authentication([{ issuer: 'https://i', presence: 1 }]);
  const optional = authentication([{ issuer: 'https://i', presence: 'OPTIONAL' }]);
  const two = authentication([
    { issuer: 'https://i', presence: 'REQUIRED' },
    { issuer: 'https://j', presence: 'REQUIRED' },
  ]);
  const verdictOf = (istio: string, manifests: readonly object[], claims?: object | null) =>
    decide(
      [...PAIR, ...manifests],
      { port: 80, method: 'GET', path: '/', ...(claims !== undefined && { claims: claims as typeof token | null }) },
      { target: Target.of({ istio }) },
    );

  test.each([
    ['is missing', [required], null, 'denied'],
    ['is required by number', [byNumber], null, 'denied'],
    ['is missing and optional', [optional], null, 'allowed'],
    ['is there', [required], token, 'allowed'],
    ['is not stated', [required], undefined, 'depends'],
    ['is not stated, and a policy denies anyway', [required, policy({})], undefined, 'denied'],
    ['is one of two that are required', [two], token, 'depends'],
    ['and none of two is there', [two], null, 'denied'],
  ])('%s', (_, manifests, claims, expected) => {
    expect(verdictOf('1.32', manifests, claims).verdict).toBe(expected);
  });

  test('is not required by releases that do not know the field', () => {
    expect(verdictOf('1.31', [required], null).verdict).toBe('allowed');
    expect(verdictOf('1.31', [required]).verdict).toBe('allowed');
  });

  test('what is open is said', () => {
    expect(verdictOf('1.32', [two], token).reason).toEqual({ kind: 'token-required', issuer: 'https://j' });
    const maybe = policy({ action: 'DENY', rules: [{ when: [{ key: 'request.headers[x]', values: ['y'] }] }] });
    const decision = verdictOf('1.32', [required, maybe]);
    expect(decision.reason.kind).toBe('undetermined');
    expect(decision.assumptions).toContain('a request without a token from https://i is rejected (401)');
  });

  test('does not matter on a TCP port', () => {
    expect(onTcp([required])).toBe('allowed');
  });
});
