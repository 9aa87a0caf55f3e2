import { Since } from '../../../lib/upstream/releases/since';
import { Version } from '../../../lib/upstream/releases/version';

const holds = (since: Since, release: string) => since.holds(Version.parse(release));

test('a fix of two minor lines is in each from its own release on, and in every later line', () => {
  const since = new Since('Istio', '1.28.7', '1.29.3');

  expect(['1.27.99', '1.28.6', '1.29.0', '1.29.2'].filter((release) => holds(since, release))).toEqual([]);
  expect(['1.28.7', '1.28.20', '1.29.3', '1.30.0', '2.0.0'].every((release) => holds(since, release))).toBe(true);
});

test('lines of Teleport are major versions', () => {
  const since = new Since('Teleport', '17.7.14', '18.6.4');

  expect(['17.7.13', '18.0.0', '18.6.3'].filter((release) => holds(since, release))).toEqual([]);
  expect(['17.7.14', '17.8.0', '18.6.4', '18.7.0', '19.0.0'].every((release) => holds(since, release))).toBe(true);
});

test('it is shown as the releases that begin it', () => {
  expect(`${new Since('Istio', '1.28.7', '1.29.3')}`).toBe('1.28.7, 1.29.3 or newer');
});
