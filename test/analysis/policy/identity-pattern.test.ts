import {
  namespacePattern,
  principalPattern,
  serviceAccountPattern,
  trustDomainPattern,
} from '../../../lib/analysis/policy/identity-pattern';
import { MAYBE, NO, YES } from '../../../lib/analysis/policy/truth';
import { Target } from '../../../lib/upstream/releases/target';

const quoting = Target.of({ istio: '1.30.0' });
const A = 'spiffe://td.example/ns/shop/sa/front-end';

describe('principals', () => {
  test.each([
    ['*', A, YES],
    ['*', '', NO],
    ['td.example/ns/shop/sa/front-end', A, YES],
    ['td.example/ns/shop/sa/Front-end', A, NO],
    ['td.example/ns/shop/sa/front', A, NO],
    ['td.example/ns/shop/*', A, YES],
    ['td.example/ns/shop/sa/front*', A, YES],
    ['*/sa/front-end', A, YES],
    ['*front-end', A, YES],
    ['*/sa/front', A, NO],
    // The scheme is put in front by Istio itself.
    ['spiffe://td.example/ns/shop/sa/front-end', A, NO],
    ['spiffe://*', A, NO],
    // A star is special at the ends only.
    ['td.example/ns/*/sa/front-end', A, NO],
    ['*td.example*', A, NO],
  ] as const)('%s against %s', (pattern, identity, expected) => {
    expect(principalPattern(pattern, quoting)(identity)).toBe(expected);
  });

  test('a dot after a leading star stands for any character before Istio 1.28.7', () => {
    const dotted = 'spiffe://td/ns/a/sa/bot-x';
    expect(principalPattern('*/sa/bot.x', Target.of({ istio: '1.28.7' }))(dotted)).toBe(NO);
    expect(principalPattern('*/sa/bot.x', Target.of({ istio: '1.28.6' }))(dotted)).toBe(YES);
    expect(principalPattern('*/sa/bot.x', Target.of({ istio: '1.29.2' }))(dotted)).toBe(YES);
    expect(principalPattern('*/sa/bot.x', Target.of({ istio: '1.29.3' }))(dotted)).toBe(NO);
  });

  test('an unquoted regular expression is not guessed at', () => {
    expect(principalPattern('*/sa/(a|b)', Target.of({ istio: '1.28.0' }))('spiffe://td/ns/x/sa/a')).toBe(MAYBE);
  });
});

describe('namespaces', () => {
  test.each([
    ['shop', A, YES],
    ['sho', A, NO],
    ['sh*', A, YES],
    ['*op', A, YES],
    ['s*p', A, YES],
    // No trust domain is looked at, and the segment may stand anywhere.
    ['shop', 'spiffe://elsewhere/ns/shop/sa/x', YES],
    ['shop', 'spiffe://td/k8s/ns/shop/sa/x', YES],
    ['shop', 'spiffe://td/ns/other/sa/x/ns/shop/y', YES],
    ['shop', 'spiffe://td/ns/shop', NO],
    // A star spans slashes.
    ['a*z', 'spiffe://td/ns/a/b/z/sa/x', YES],
  ] as const)('%s against %s', (pattern, identity, expected) => {
    expect(namespacePattern(pattern, quoting)(identity)).toBe(expected);
  });
});

describe('serviceAccounts', () => {
  test.each([
    ['front-end', 'shop', A, YES],
    ['front-end', 'istio-system', A, NO],
    ['shop/front-end', 'istio-system', A, YES],
    ['shop/front', 'shop', A, NO],
    ['shop/front-end', 'x', 'spiffe://any/cluster/c1/ns/shop/sa/front-end', YES],
    ['shop/front-end', 'x', 'spiffe://any/ns/shop/pod/p/sa/front-end', YES],
    ['shop/front-end', 'x', 'spiffe://any/ns/shop/sa/front-end/more', YES],
    ['shop/front-end', 'x', 'spiffe://any/ns/shop/sa/front-end-2', NO],
    ['shop/front-end', 'x', 'spiffe:///ns/shop/sa/front-end', NO],
    // The part between the two ends in a slash: "xsa" is another segment.
    ['shop/front-end', 'x', 'spiffe://any/ns/shop/xsa/front-end', NO],
  ] as const)('%s in a policy of %s against %s', (pattern, own, identity, expected) => {
    expect(serviceAccountPattern(pattern, own, quoting)(identity)).toBe(expected);
  });

  test.each([
    ['1.27.9', NO],
    ['1.28.5', YES],
    ['1.28.6', NO],
    ['1.29.1', YES],
    ['1.29.2', NO],
  ] as const)('with Istio %s a dot in a name stands for any character: %i', (istio, expected) => {
    const pattern = serviceAccountPattern('shop/a.b', 'shop', Target.of({ istio }));
    expect(pattern('spiffe://td/ns/shop/sa/a-b')).toBe(expected);
  });
});

describe('trustDomains', () => {
  test.each([
    ['*', A, YES],
    ['td.example', A, YES],
    ['td', A, NO],
    ['*.example', A, YES],
    ['td.*', A, YES],
    // A star spans no slash.
    ['*shop', A, NO],
    ['*', 'https://td.example/x', NO],
    ['td.example', 'urn:....td.example/x', NO],
  ] as const)('%s against %s', (pattern, identity, expected) => {
    expect(trustDomainPattern(pattern)(identity)).toBe(expected);
  });
});
