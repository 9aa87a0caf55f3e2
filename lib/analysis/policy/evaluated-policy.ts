import type { Manifest } from '../../model/documents/manifest';
import type { ConversionProblem } from './compiled-condition';

/** What an AuthorizationPolicy does with requests its rules match. */
export type PolicyAction = 'ALLOW' | 'DENY' | 'AUDIT' | 'CUSTOM';

/** The filter chain that handles a connection; the protocol of the port decides which one. */
export type FilterChain = 'http' | 'tcp';

/** Why a policy rule is missing from Envoy's configuration for a filter chain; it then matches nothing. */
export type DroppedBecause = ConversionProblem | 'unknown-when-key' | 'not-a-rule';

/** An AuthorizationPolicy as answers name it. */
export interface EvaluatedPolicy {
  /** The AuthorizationPolicy. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** Its namespace. */
  readonly namespace: string;
  /** What it does with requests its rules match. */
  readonly action: PolicyAction;
  /**
   * Whether it is only a dry run (`istio.io/dry-run`). It then has no effect, except that Istio from 1.30 on denies what
   * such a CUSTOM policy matches.
   */
  readonly dryRun: boolean;
  /** The external authorizer of a CUSTOM policy; empty if it names none. */
  readonly provider: string;
  /** How many rules it has. */
  readonly ruleCount: number;
}

/** One entry of a policy's `rules`, as answers name it. */
export interface EvaluatedRule {
  /** The AuthorizationPolicy it belongs to. */
  readonly policy: Manifest;
  /** The policy's action. */
  readonly action: PolicyAction;
  /** Whether the policy is only a dry run, without effect. */
  readonly dryRun: boolean;
  /** Which entry of `rules` it is, counted from 0. */
  readonly index: number;
  /** JSON pointer to it in the policy. */
  readonly pointer: string;
  /** Why it is missing from Envoy's configuration; undefined if it is not. */
  readonly dropped: DroppedBecause | undefined;
  /** HTTP-only fields that Istio drops because the chain is TCP, so that the rule matches more. */
  readonly widenedBy: readonly string[];
}
