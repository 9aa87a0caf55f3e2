import { claimPattern, requestPrincipalPattern } from '../../../lib/analysis/policy/claim-pattern';

describe('requestPrincipals', () => {
  test.each([
    ['*', 'https://i/x', 's', true],
    ['https://i/x/s', 'https://i/x', 's', true],
    ['https://i/x/s', 'https://i', 'x/s', false],
    ['*/s', 'https://i', 's', true],
    ['*/s', 'https://i', 'xs', false],
    ['*i/s', 'https://i', 's', true],
    ['*s', 'https://i', 'subs', true],
    ['https://i/*', 'https://i', 's', true],
    ['https://i/a*', 'https://i', 'abc', true],
    ['https://i/a*', 'https://i', 'bc', false],
    ['iss*', 'issuer', 's', true],
    ['issuer', 'issuer', 's', false],
  ])('%s against issuer %s and subject %s is %s', (pattern, iss, sub, expected) => {
    expect(requestPrincipalPattern(pattern)({ iss, sub })).toBe(expected);
  });

  test('a token without subject matches not even "*"', () => {
    expect(requestPrincipalPattern('*')({ iss: 'i' })).toBe(false);
  });
});

describe('claims', () => {
  const claims = { groups: ['a', 'b'], realm: { roles: ['admin'] }, name: 'n', age: 3 };
  test.each([
    [['groups'], 'b', true],
    [['groups'], 'c', false],
    [['name'], 'n*', true],
    [['realm', 'roles'], 'admin', true],
    [['realm', 'none'], '*', false],
    // Only texts are compared.
    [['age'], '3', false],
    [['constructor'], '*', false],
  ])('%j has %s: %s', (path, pattern, expected) => {
    expect(claimPattern(path, pattern)(claims)).toBe(expected);
  });
});
