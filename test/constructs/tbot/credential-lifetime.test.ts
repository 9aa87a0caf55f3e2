import { Duration } from 'cdk8s';
import * as fc from 'fast-check';
import { CredentialLifetime } from '../../../lib/constructs/tbot/credential-lifetime';
import { toGoDuration } from '../../../lib/constructs/tbot/go-duration';
import { refusal } from './fixtures';

test.each([
  [Duration.hours(1), '1h0m0s'],
  [Duration.minutes(20), '20m0s'],
  [Duration.seconds(30), '30s'],
  [Duration.seconds(90), '1m30s'],
  [Duration.days(14), '336h0m0s'],
  [Duration.seconds(3_661), '1h1m1s'],
])('a duration is printed as Go prints it: %#', (duration, expected) => {
  expect(toGoDuration('test', duration)).toBe(expected);
});

test('the printed parts add up to the duration', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), (seconds) => {
      const parts = [...toGoDuration('test', Duration.seconds(seconds)).matchAll(/(\d+)([hms])/g)];
      const unit: Record<string, number> = { h: 3600, m: 60, s: 1 };
      expect(parts.reduce((sum, [, count, name]) => sum + Number(count) * (unit[name ?? ''] ?? 0), 0)).toBe(seconds);
    }),
  );
});

test('TTL and renewal interval are written together', () => {
  const lifetime = new CredentialLifetime({ ttl: Duration.hours(1), renewalInterval: Duration.minutes(20) });
  expect(lifetime.toConfig()).toEqual({ credential_ttl: '1h0m0s', renewal_interval: '20m0s' });
});

test('renewing exactly at the end is allowed, one second later is not', () => {
  const ttl = Duration.minutes(10);
  expect(() => new CredentialLifetime({ ttl, renewalInterval: Duration.seconds(600) })).not.toThrow();
  const error = refusal(() => new CredentialLifetime({ ttl, renewalInterval: Duration.seconds(601) }));
  expect(error.problem).toContain('longer than the TTL of 10m0s');
  expect(error.value).toBe('10m1s');
});

test.each([Duration.seconds(0), Duration.millis(1500), Duration.millis(1)])(
  'refuses what is not a positive whole number of seconds: %#',
  (ttl) => {
    const error = refusal(() => new CredentialLifetime({ ttl, renewalInterval: Duration.seconds(1) }));
    expect(error.where).toBe('CredentialLifetime ttl');
  },
);
