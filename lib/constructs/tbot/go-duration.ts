import type { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { toGoDurationText } from '../../upstream/teleport/durations';

/**
 * A duration as Go prints it, which is what tbot reads: `1h0m0s`, `20m0s`, `30s`.
 *
 * @throws InvalidInputError if it is not a positive whole number of seconds
 */
export function toGoDuration(where: string, duration: Duration): string {
  const milliseconds = duration.toMilliseconds();
  const seconds = milliseconds / 1000;
  if (!Number.isSafeInteger(seconds) || seconds <= 0) {
    throw new InvalidInputError({
      where,
      problem: 'not a positive whole number of seconds',
      value: `${milliseconds}ms`,
      allowed: 'one second or more, without fractions',
      fix: 'write it like Duration.minutes(20)',
    });
  }
  return toGoDurationText(seconds);
}
