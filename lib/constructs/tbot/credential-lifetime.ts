import type { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { toGoDuration } from './go-duration';

/** Lifetime and renewal interval, which tbot accepts only together. */
export interface CredentialLifetimeProps {
  /** How long a credential is valid. */
  readonly ttl: Duration;
  /** How often it is renewed; a third of the TTL allows two more attempts if one fails. */
  readonly renewalInterval: Duration;
}

/** A lifetime as tbot's configuration spells it, in Go's form of durations. */
export interface CredentialLifetimeConfig {
  /** How long credentials last, as a Go duration. */
  readonly credential_ttl: string;
  /** How often they are renewed, as a Go duration. */
  readonly renewal_interval: string;
}

/**
 * How long credentials are valid and how often tbot renews them. Both are required together, because tbot rejects one
 * without the other (gravitational/teleport lib/tbot/bot/credential_lifetime.go).
 */
export class CredentialLifetime {
  /** How long a credential is valid. */
  public readonly ttl: Duration;
  /** How often it is renewed. */
  public readonly renewalInterval: Duration;
  private readonly config: CredentialLifetimeConfig;

  /**
   * @throws InvalidInputError if one of the two is not a positive whole number of seconds, or the interval is longer than
   * the TTL: credentials would expire before their renewal
   */
  public constructor(props: CredentialLifetimeProps) {
    this.ttl = props.ttl;
    this.renewalInterval = props.renewalInterval;
    this.config = {
      credential_ttl: toGoDuration('CredentialLifetime ttl', props.ttl),
      renewal_interval: toGoDuration('CredentialLifetime renewalInterval', props.renewalInterval),
    };
    if (props.renewalInterval.toMilliseconds() > props.ttl.toMilliseconds()) {
      throw new InvalidInputError({
        where: 'CredentialLifetime',
        problem: `the renewal interval is longer than the TTL of ${this.config.credential_ttl}`,
        value: this.config.renewal_interval,
        allowed: 'an interval up to the TTL',
        fix: 'use a third of the TTL',
      });
    }
  }

  /**
   * Refuses a TTL that Teleport would cut silently, which can leave workloads without a credential between renewals.
   *
   * @internal
   * @throws InvalidInputError
   */
  public checkCeiling(where: string, ceiling: Duration): void {
    if (this.ttl.toMilliseconds() > ceiling.toMilliseconds()) {
      throw new InvalidInputError({
        where,
        problem: 'Teleport would shorten this credential TTL',
        value: this.config.credential_ttl,
        allowed: `at most ${toGoDuration(where, ceiling)}`,
        fix: 'use a shorter duration',
      });
    }
  }

  /**
   * The two keys of tbot's configuration.
   *
   * @internal
   */
  public toConfig(): CredentialLifetimeConfig {
    return this.config;
  }
}
