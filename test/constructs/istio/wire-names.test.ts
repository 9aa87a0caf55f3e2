import type {
  AuthorizationPolicySpecAction,
  AuthorizationPolicySpecRules,
  AuthorizationPolicySpecRulesFromSource,
  AuthorizationPolicySpecRulesToOperation,
  AuthorizationPolicySpecRulesWhen,
  AuthorizationPolicySpec as GeneratedAuthorizationPolicySpec,
  PeerAuthenticationSpec as GeneratedPeerAuthenticationSpec,
  RequestAuthenticationSpec as GeneratedRequestAuthenticationSpec,
  PeerAuthenticationSpecMtlsMode,
} from '../../../imports/istio-security.istio.io';
import type {
  AuthorizationPolicyProps,
  AuthorizationPolicySpec,
} from '../../../lib/constructs/istio/policy/authorization-policy-props';
import type { OperationSpec } from '../../../lib/constructs/istio/policy/operation';
import type { ConditionSpec } from '../../../lib/constructs/istio/policy/policy-condition';
import type { RuleSpec } from '../../../lib/constructs/istio/policy/policy-rule';
import type { RequestAuthenticationSpec } from '../../../lib/constructs/istio/policy/request-authentication';
import type { SourceSpec } from '../../../lib/constructs/istio/policy/source';
import type { PeerAuthenticationSpec } from '../../../lib/constructs/istio/traffic/peer-authentication';

/** Compiles only if both are the same set of names. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

test('every field of a source, an operation and a condition is one of Istio’s, and none is missing', () => {
  const source: Same<keyof SourceSpec, keyof AuthorizationPolicySpecRulesFromSource> = true;
  const operation: Same<keyof OperationSpec, keyof AuthorizationPolicySpecRulesToOperation> = true;
  const condition: Same<keyof ConditionSpec, keyof AuthorizationPolicySpecRulesWhen> = true;
  const rule: Same<keyof RuleSpec, keyof AuthorizationPolicySpecRules> = true;
  expect([source, operation, condition, rule]).toEqual([true, true, true, true]);
});

test('so is every field of the policies, but for the old form of targetRefs', () => {
  const authorization: Same<
    keyof AuthorizationPolicySpec,
    Exclude<keyof GeneratedAuthorizationPolicySpec, 'targetRef'>
  > = true;
  const peer: Same<keyof PeerAuthenticationSpec, keyof GeneratedPeerAuthenticationSpec> = true;
  const request: Same<
    keyof RequestAuthenticationSpec,
    Exclude<keyof GeneratedRequestAuthenticationSpec, 'targetRef'>
  > = true;
  expect([authorization, peer, request]).toEqual([true, true, true]);
});

test('actions and modes are Istio’s', () => {
  const action: Same<AuthorizationPolicyProps['action'], `${AuthorizationPolicySpecAction}`> = true;
  const mode: Same<
    NonNullable<PeerAuthenticationSpec['mtls']>['mode'],
    Exclude<`${PeerAuthenticationSpecMtlsMode}`, 'UNSET'>
  > = true;
  expect([action, mode]).toEqual([true, true]);
});
