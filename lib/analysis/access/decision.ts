import type { SourceLocation } from '../../base/source-location';
import type { Manifest } from '../../model/documents/manifest';
import type { CompiledCondition } from '../policy/compiled-condition';
import { asCompiled, type CompiledRule } from '../policy/compiled-rule';
import type { EvaluatedRule, FilterChain } from '../policy/evaluated-policy';
import type { Facts } from '../policy/facts';
import type { PolicyReason, PolicySet, Verdict } from '../policy/policy-set';
import { MAYBE, type Truth, YES } from '../policy/truth';
import type { Connection } from './connection';
import type { Caller, Destination } from './connector';

/** What decided: the policies, or something that is evaluated before them. */
export type Reason =
  | PolicyReason
  /** The connection cannot be made at all. */
  | { readonly kind: 'connection-fails'; readonly problem: string }
  /** RequestAuthentication rejects the token (401). */
  | { readonly kind: 'token-refused'; readonly problem: string }
  /**
   * RequestAuthentication rejects requests without a token from this issuer, and the question does not state whether the
   * request has one.
   */
  | { readonly kind: 'token-required'; readonly issuer: string }
  /** The callee's proxy answers the request itself because of the path, before any policy is evaluated. */
  | { readonly kind: 'path-refused'; readonly problem: string }
  /** No proxy handles the callee's traffic, so no policy is enforced. */
  | { readonly kind: 'not-enforced'; readonly because: string }
  /**
   * The answer depends on whether one of these is the mesh's trust domain, which the manifests do not state; `because`
   * says why.
   */
  | {
      readonly kind: 'trust-domain-unknown';
      readonly trustDomains: readonly string[];
      readonly because: string | undefined;
    }
  /** One of the two is in ambient mode, which is not evaluated. */
  | { readonly kind: 'ambient' }
  /** The proxy of one of the two may not be Envoy, so it is not evaluated; `because` says what it is. */
  | { readonly kind: 'not-envoy'; readonly ref: string; readonly because: string }
  /** Something that decides is not evaluated; `because` says what, as a clause. */
  | { readonly kind: 'not-evaluated'; readonly because: string }
  /**
   * Requests from outside through a Gateway: the decision for each of its routes to the callee; without a route, no
   * request reaches it.
   */
  | { readonly kind: 'through-gateway'; readonly gateway: string; readonly ways: readonly WayThroughGateway[] }
  /** The decisions of the Service's workloads, or of the filter chains that its port may have, differ. */
  | { readonly kind: 'differs'; readonly cases: readonly Decision[] };

/** One rule as it was evaluated for a request. */
export interface RuleConsideration {
  /** The rule. */
  readonly rule: EvaluatedRule;
  /** Whether it matches. */
  readonly matches: Truth;
  /**
   * Conditions that do not hold (or may not, if the rule may match); empty for a rule that matches.
   *
   * @internal
   */
  readonly because: readonly CompiledCondition[];
}

/** A route from outside to a callee through a gateway. The gateway's policies decide first, then the callee's. */
export interface WayThroughGateway {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** The route's own object. */
  readonly route: Manifest;
  /** Its hosts; empty if neither the route nor the Gateway names any. */
  readonly hosts: readonly string[];
  /** The requests that the route matches, such as `GET /api*`; empty if it matches every request. */
  readonly takes: readonly string[];
  /** What must hold for the Gateway to have the route and is not in the manifests. */
  readonly assumptions: readonly string[];
  /** The verdict of both together; `not-routed` if the request's host, path or method does not match the route. */
  readonly verdict: Verdict | 'not-routed';
  /** The gateway's decisions, one for each port that the Gateway opens; empty if its pods are not in the manifests. */
  readonly atGateway: readonly Decision[];
  /** The callee's decision about the gateway's requests; undefined if the pods are not in the manifests. */
  readonly atCallee: Decision | undefined;
}

/** What a decision is about, once names and ports are found. */
export interface DecidedRequest {
  /** Who calls. */
  readonly caller: Caller;
  /** Which port of which pods is called. */
  readonly destination: Destination;
  /** The filter chain that handles it, which decides what rules can look at. */
  readonly chain: FilterChain;
  /**
   * What the callee's proxy sees.
   *
   * @internal
   */
  readonly facts: Facts;
  /** For a caller outside: each way that a Gateway routes to the callee, with what is decided on it. */
  readonly waysIn: readonly WayThroughGateway[];
}

/** The answer to "may A call B?", with everything it rests on. */
export class Decision {
  /** Whether the request is allowed. */
  public readonly verdict: Verdict;
  /** What decided. */
  public readonly reason: Reason;

  /** @internal */
  public constructor(
    outcome: { readonly verdict: Verdict; readonly reason: Reason },
    /** What was asked. */
    public readonly request: DecidedRequest,
    /** How the two connect, and as whom; undefined in ambient mode and without Envoy. */
    public readonly connection: Connection | undefined,
    private readonly policySet: PolicySet,
    private readonly assumed: readonly string[],
  ) {
    this.verdict = outcome.verdict;
    this.reason = outcome.reason;
  }

  /**
   * The same request with another outcome.
   *
   * @internal
   */
  public with(outcome: { readonly verdict: Verdict; readonly reason: Reason }): Decision {
    return new Decision(outcome, this.request, this.connection, this.policySet, this.assumed);
  }

  /**
   * What is decided about requests that a Gateway brings: a decision about the gateway's own calls goes on as theirs.
   *
   * @internal
   */
  public brought(
    request: Pick<DecidedRequest, 'caller' | 'waysIn'>,
    outcome: { readonly verdict: Verdict; readonly reason: Reason },
    assumed: readonly string[],
  ): Decision {
    const all = [...this.assumed, ...assumed];
    return new Decision(outcome, { ...this.request, ...request }, this.connection, this.policySet, all);
  }

  /** The manifest that decided, and the place in it; undefined if none did. */
  public get decidedBy():
    | { readonly manifest: Manifest; readonly pointer: string; readonly location: SourceLocation }
    | undefined {
    const found = this.decidingPlace();
    return found && { ...found, location: found.manifest.locate(found.pointer) };
  }

  /** Every rule of every policy that is for the callee, in the order they are applied. */
  public get considered(): readonly RuleConsideration[] {
    const { chain, facts } = this.request;
    return this.policySet.rules(chain).map((rule) => {
      const matches = rule.test(facts);
      return {
        rule,
        matches,
        because: matches === YES ? [] : conditionsOf(rule).filter((c) => c.test(facts) === matches),
      };
    });
  }

  /** Fields of rules that were not stated and would settle a verdict of `depends`; empty for any other verdict. */
  public get dependsOn(): readonly string[] {
    const { facts } = this.request;
    if (this.reason.kind === 'differs') return [...new Set(this.reason.cases.flatMap((one) => one.dependsOn))].sort();
    if (this.reason.kind === 'through-gateway') {
      return [...new Set(this.reason.ways.flatMap(decisionsOf).flatMap((one) => one.dependsOn))].sort();
    }
    if (this.reason.kind !== 'undetermined') return [];
    const open = this.reason.rules
      .flatMap((rule) => conditionsOf(asCompiled(rule)))
      .filter((condition) => condition.test(facts) === MAYBE);
    return [...new Set(open.map(({ field }) => field))].sort();
  }

  /**
   * The policies that are for the callee.
   *
   * @internal
   */
  public get policies(): PolicySet['policies'] {
    return this.policySet.policies;
  }

  /** Assumptions made where the manifests do not state a fact; part of the answer. */
  public get assumptions(): readonly string[] {
    const cases = this.reason.kind === 'differs' ? this.reason.cases.flatMap((one) => one.assumptions) : [];
    return [...new Set([...(this.connection?.assumptions ?? []), ...this.assumed, ...cases])];
  }

  private decidingPlace(): { readonly manifest: Manifest; readonly pointer: string } | undefined {
    const { reason } = this;
    switch (reason.kind) {
      case 'allow-rule':
      case 'deny-rule':
      case 'external-authorizer':
      case 'authorizer-unusable':
        return { manifest: reason.rule.policy, pointer: reason.rule.pointer };
      case 'undetermined':
        return reason.rules[0] && { manifest: reason.rules[0].policy, pointer: reason.rules[0].pointer };
      case 'no-allow-rule-matches':
        return reason.policies[0] && { manifest: reason.policies[0].manifest, pointer: '/spec' };
      case 'through-gateway': {
        const [first] = reason.ways.flatMap(decisionsOf).filter(({ verdict }) => verdict === this.verdict);
        return first?.decidingPlace();
      }
      case 'connection-fails':
        return (
          this.connection?.failure?.decidedBy ??
          this.connection?.destinationRule ??
          this.connection?.serverMode?.decidedBy
        );
      default:
        return undefined;
    }
  }
}

/** Whether something that no request states, nor anybody outside the mesh decides, keeps the answer from being known. */
export function isNotKnown({ reason }: Decision): boolean {
  switch (reason.kind) {
    case 'ambient':
    case 'not-envoy':
    case 'not-evaluated':
    case 'trust-domain-unknown':
      return true;
    case 'differs':
      return reason.cases.some(isNotKnown);
    case 'through-gateway':
      return reason.ways.some((way) => way.verdict === 'depends' && decisionsOf(way).some(isNotKnown));
    default:
      return false;
  }
}

/** The unknown trust domain that keeps an answer from being known; undefined if there is none. */
export function unknownTrustDomainIn({
  reason,
}: Decision): Extract<Reason, { kind: 'trust-domain-unknown' }> | undefined {
  if (reason.kind === 'trust-domain-unknown') return reason;
  const parts =
    reason.kind === 'differs'
      ? reason.cases
      : reason.kind === 'through-gateway'
        ? reason.ways.flatMap(decisionsOf)
        : [];
  for (const part of parts) {
    const found = unknownTrustDomainIn(part);
    if (found) return found;
  }
  return undefined;
}

/** What is decided on a way, at the gateway first. */
export function decisionsOf({ atGateway, atCallee }: WayThroughGateway): readonly Decision[] {
  return [...atGateway, ...(atCallee ? [atCallee] : [])];
}

function conditionsOf(rule: CompiledRule): readonly CompiledCondition[] {
  return [...rule.from.flat(), ...rule.to.flat(), ...rule.when];
}
