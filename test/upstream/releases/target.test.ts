import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { Target, type TargetProps } from '../../../lib/upstream/releases/target';

type Answer =
  | 'istioIsSupported'
  | 'istioIsKnown'
  | 'istioIsFuture'
  | 'sdsRenewsSvids'
  | 'nativeSidecarsByDefault'
  | 'attestsNativeSidecars'
  | 'hasTrustDomainSources'
  | 'gatewayTemplatesHaveEmptyDir'
  | 'kubeletAuthorizesPods'
  | 'csiDriverSurvivesKubeletRestart';

const facts: [Answer, TargetProps, boolean][] = [
  ['istioIsSupported', { istio: '1.27.9' }, false],
  ['istioIsSupported', { istio: '1.28.10' }, false],
  ['istioIsSupported', { istio: '1.29' }, true],
  ['istioIsSupported', { istio: '1.32.1' }, true],
  ['istioIsSupported', { istio: '1.33' }, false],

  ['istioIsKnown', { istio: '1.27.9' }, false],
  ['istioIsKnown', { istio: '1.28' }, true],
  ['istioIsKnown', { istio: '1.32' }, true],
  ['istioIsKnown', { istio: '1.33' }, false],

  ['istioIsFuture', { istio: '1.32.9' }, false],
  ['istioIsFuture', { istio: '1.33' }, true],
  ['istioIsFuture', { istio: '2.0' }, true],

  ['sdsRenewsSvids', { teleport: '17.7.13' }, false],
  ['sdsRenewsSvids', { teleport: '17.7.14' }, true],
  ['sdsRenewsSvids', { teleport: '18.0.0' }, false],
  ['sdsRenewsSvids', { teleport: '18.6.3' }, false],
  ['sdsRenewsSvids', { teleport: '18.6.4' }, true],
  ['sdsRenewsSvids', { teleport: '19.0.0' }, true],

  ['attestsNativeSidecars', { teleport: '18.10.1' }, false],
  ['attestsNativeSidecars', { teleport: '18.11.1' }, false],
  ['attestsNativeSidecars', { teleport: '18.11.2' }, true],
  ['attestsNativeSidecars', { teleport: '19.0.0' }, true],

  ['nativeSidecarsByDefault', { istio: '1.26', kubernetes: '1.33' }, false],
  ['nativeSidecarsByDefault', { istio: '1.27', kubernetes: '1.32' }, false],
  ['nativeSidecarsByDefault', { istio: '1.27', kubernetes: '1.33' }, true],

  ['hasTrustDomainSources', { istio: '1.30.1' }, false],
  ['hasTrustDomainSources', { istio: '1.30.2' }, true],
  ['hasTrustDomainSources', { istio: '1.31' }, true],

  ['gatewayTemplatesHaveEmptyDir', { istio: '1.30.3' }, true],
  ['gatewayTemplatesHaveEmptyDir', { istio: '1.31' }, false],

  ['kubeletAuthorizesPods', { kubernetes: '1.32' }, false],
  ['kubeletAuthorizesPods', { kubernetes: '1.33' }, true],

  ['csiDriverSurvivesKubeletRestart', { csiDriver: '0.2.11' }, false],
  ['csiDriverSurvivesKubeletRestart', { csiDriver: '0.2.12' }, true],
];

test.each(facts)('%s of %j is %s', (answer, props, expected) => {
  expect(Target.of(props)[answer]).toBe(expected);
});

test('the defaults can be run together', () => {
  const target = Target.of();
  expect(target.istioIsSupported).toBe(true);
  expect(target.sdsRenewsSvids).toBe(true);
  expect(target.csiDriverSurvivesKubeletRestart).toBe(true);
  // Istio makes native sidecars by default on these, so tbot must know them.
  expect(target.nativeSidecarsByDefault && !target.attestsNativeSidecars).toBe(false);
});

test('a floating tag is not a target', () => {
  expect(() => Target.of({ teleport: '18' })).toThrow(InvalidInputError);
  expect(() => Target.of({ csiDriver: 'latest' })).toThrow(InvalidInputError);
});

test.each(['istio', 'kubernetes', 'teleport', 'csiDriver'] as const)(
  'says when it is the %s release that is none',
  (which) => {
    expect(() => Target.of({ [which]: 'x' })).toThrow(`[Target.of: ${which}] not a release number: "x"`);
    expect(() => Target.of({ [which]: 'x' }, 'mesh')).toThrow(`[mesh: ${which}]`);
  },
);

test.each([
  ['istio', 'such as "1.31.4"'],
  ['kubernetes', 'such as "1.35"'],
  ['teleport', 'such as "18.11.10"'],
  ['csiDriver', 'such as "0.2.13"'],
] as const)('the example for a wrong release of %s is one of its own', (which, example) => {
  for (const text of ['latest', '>=1.2 <2', '1.x', '']) {
    expect(() => Target.of({ [which]: text })).toThrow(example);
  }
});

test('what nobody stated can be stated by another', () => {
  const target = Target.of({ istio: '1.30' }).withFallback({ istio: '1.29', teleport: '17.7.14' });

  expect(`${target.istio} ${target.teleport}`).toBe('1.30.0 17.7.14');
});
