import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { toProtobufDurationText } from '../../upstream/teleport/durations';
import { LONGEST_MAXIMUM_TTL } from '../../upstream/teleport/lifetimes';

/** Longest maximum TTL of X.509-SVIDs. */
export const X509_CEILING = Duration.seconds(LONGEST_MAXIMUM_TTL.x509);
/** Longest maximum TTL of JWT-SVIDs. */
export const JWT_CEILING = Duration.seconds(LONGEST_MAXIMUM_TTL.jwt);

/**
 * A maximum TTL in the form of protobuf's JSON, which takes seconds and nothing else: `3600s`, never `1h`.
 *
 * @internal
 * @throws InvalidInputError if it is zero, above the ceiling or no whole number of seconds
 */
export function toMaximumTtl(where: string, ttl: Duration, ceiling: Duration): string {
  const seconds = ttl.toMilliseconds() / 1000;
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > ceiling.toSeconds()) {
    throw new InvalidInputError({
      where,
      problem: 'the maximum TTL is out of range',
      value: ttl.toHumanString(),
      allowed: `whole seconds, from 1 second to ${ceiling.toHumanString()}`,
    });
  }
  return toProtobufDurationText(seconds);
}
