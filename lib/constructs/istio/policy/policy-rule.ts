import { InvalidInputError } from '../../../base/invalid-input-error';
import { isCallerField, isHttpField } from '../../../upstream/istio/policy-fields';
import type { Target } from '../../../upstream/releases/target';
import type { WithOneOf } from './at-least-one';
import {
  type HttpFields,
  type HttpOperation,
  type HttpOperationOnPorts,
  isHttpOperation,
  type OperationSpec,
  type PortFields,
  type PortOperation,
  renderOperation,
} from './operation';
import type { ConditionSpec, PolicyCondition } from './policy-condition';
import { type NetworkSource, type PeerSource, type RequestSource, renderSource, type SourceSpec } from './source';

/** Parts of a rule of an ALLOW policy. */
export interface AllowRuleFields {
  /**
   * Which callers match.
   *
   * @default - any caller
   */
  readonly from?: readonly RequestSource[];
  /**
   * Which operations match.
   *
   * @default - any operation
   */
  readonly to?: readonly HttpOperation[] | readonly PortOperation[];
  /**
   * Further conditions, all of which must match.
   *
   * @default - no further conditions
   */
  readonly when?: readonly PolicyCondition[];
}

/**
 * What an ALLOW policy allows: one of `from`, and one of `to`, and all of `when`. A rule without any of them would
 * allow everything, and is rejected: use `rules: 'everything'` instead.
 *
 * On a TCP port, Istio drops the whole rule if it has an HTTP field anywhere. So operations with and without HTTP
 * fields must not share a rule: the TCP ports would be denied.
 */
export type AllowPolicyRule = WithOneOf<AllowRuleFields>;

/** Parts of a rule of a DENY policy that matches only connections, or states the ports for each request. */
export interface DenyRuleFields {
  /**
   * Which callers match.
   *
   * @default - any caller
   */
  readonly from?: readonly PeerSource[];
  /**
   * Which operations match.
   *
   * @default - any operation
   */
  readonly to?: readonly (HttpOperationOnPorts | PortOperation)[];
  /**
   * Further conditions, all of which must match.
   *
   * @default - no further conditions
   */
  readonly when?: readonly PolicyCondition<'connection'>[];
}

/**
 * What a DENY policy denies: one of `from`, and one of `to`, and all of `when`.
 *
 * On a TCP port, Istio drops only the HTTP fields and keeps the rule, which then denies more: `methods: [DELETE]` alone
 * denies every TCP port. So anything that matches a request, or its token, must state the ports that it is for.
 */
export type DenyPolicyRule =
  | WithOneOf<DenyRuleFields>
  | {
      readonly from?: readonly RequestSource[];
      readonly to: readonly (HttpOperationOnPorts | (PortOperation & { readonly ports: readonly number[] }))[];
      readonly when?: readonly PolicyCondition[];
    };

/** Parts of a rule of an AUDIT policy. */
export interface AuditRuleFields {
  /**
   * Which callers match.
   *
   * @default - any caller
   */
  readonly from?: readonly RequestSource[];
  /**
   * Which operations match.
   *
   * @default - any operation
   */
  readonly to?: readonly (HttpOperation | PortOperation)[];
  /**
   * Further conditions, all of which must match.
   *
   * @default - no further conditions
   */
  readonly when?: readonly PolicyCondition[];
}

/** What an AUDIT policy logs. It does not affect decisions. */
export type AuditPolicyRule = WithOneOf<AuditRuleFields>;

/** Parts of a rule of a CUSTOM policy. */
export interface CustomRuleFields {
  /**
   * Which callers match.
   *
   * @default - any caller
   */
  readonly from?: readonly NetworkSource[];
  /**
   * Which operations match.
   *
   * @default - any operation
   */
  readonly to?: readonly (HttpOperation | PortOperation)[];
  /**
   * Further conditions, all of which must match.
   *
   * @default - no further conditions
   */
  readonly when?: readonly PolicyCondition<'connection' | 'request'>[];
}

/** What a CUSTOM policy sends to the external authorizer, which decides before identities are evaluated. */
export type CustomPolicyRule = WithOneOf<CustomRuleFields>;

/** A rule in Istio's format. */
export interface RuleSpec {
  /** Any of these sources. */
  readonly from?: readonly { readonly source: SourceSpec }[];
  /** Any of these operations. */
  readonly to?: readonly { readonly operation: OperationSpec }[];
  /** All of these conditions. */
  readonly when?: readonly ConditionSpec[];
}

/** Any of the rules, for the parts that treat them alike. */
interface AnyRule {
  readonly from?: readonly RequestSource[];
  readonly to?: readonly (HttpFields & PortFields)[];
  readonly when?: readonly PolicyCondition[];
}

/**
 * Writes a rule in Istio's format.
 *
 * @throws InvalidInputError if the rule is empty, or a part of it is
 */
export function renderRule(where: string, rule: AnyRule, target: Target): RuleSpec {
  for (const [name, list] of Object.entries(rule) as [string, readonly unknown[] | undefined][]) {
    if (list?.length === 0) {
      throw new InvalidInputError({
        where,
        problem: `"${name}" is an empty list`,
        allowed: 'at least one entry',
        fix: `remove "${name}" to match everything`,
      });
    }
  }
  if ((rule.from ?? rule.to ?? rule.when) === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'the rule has no from, to or when, so it matches everything',
      value: rule,
      allowed: 'at least one of them',
      fix: 'if this is intended, use rules: "everything" for the policy',
    });
  }
  return {
    ...(rule.from && { from: rule.from.map((source) => ({ source: renderSource(where, source, target) })) }),
    ...(rule.to && { to: rule.to.map((operation) => ({ operation: renderOperation(where, operation) })) }),
    ...(rule.when && { when: rule.when.map((condition) => condition.spec) }),
  };
}

/**
 * Refuses an ALLOW rule that mixes requests and bare ports.
 *
 * @throws InvalidInputError
 */
export function checkAllowRule(where: string, rule: AnyRule): void {
  const http = (rule.to ?? []).filter(isHttpOperation).length;
  if (http > 0 && http < (rule.to ?? []).length) {
    throw new InvalidInputError({
      where,
      problem:
        'a rule mixes operations with and without HTTP fields: on a TCP port, Istio drops the whole rule and denies the port',
      value: rule.to,
      allowed: 'only operations with HTTP fields, or only operations without',
      fix: 'write two rules',
    });
  }
}

/**
 * Refuses a DENY rule that would deny whole TCP ports it does not name.
 *
 * @throws InvalidInputError
 */
export function checkDenyRule(where: string, rule: AnyRule): void {
  const readsToken =
    (rule.when ?? []).some((condition) => condition.subject !== 'connection') ||
    (rule.from ?? []).some((source) =>
      Object.entries(source).some(([name, list]) => list !== undefined && isHttpField(name)),
    );
  const operations = rule.to ?? [{}];
  if (operations.some((operation) => (readsToken || isHttpOperation(operation)) && operation.ports === undefined)) {
    throw new InvalidInputError({
      where,
      problem: 'a DENY rule uses HTTP attributes without ports: it denies every TCP connection',
      value: rule.to,
      allowed: 'ports in every operation of the rule',
      fix: 'add the HTTP target ports',
    });
  }
}

/**
 * Refuses a CUSTOM rule that looks at who the caller is.
 *
 * @throws InvalidInputError
 */
export function checkCustomRule(where: string, rule: AnyRule): void {
  const identity =
    (rule.from ?? []).flatMap(Object.keys).find(isCallerField) ??
    (rule.when ?? []).find((condition) => condition.subject === 'token')?.spec.key;
  if (identity !== undefined) {
    throw new InvalidInputError({
      where,
      problem: 'a CUSTOM rule is evaluated before identities are known',
      value: identity,
      allowed: 'addresses in "from", and conditions on the connection or the request',
      fix: 'let the authorizer check the identity, or add a DENY policy',
    });
  }
}
