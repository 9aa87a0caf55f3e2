import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { checkImage, checkReplicas } from '../../../lib/constructs/service/service-checks';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

test.each([
  'web:1',
  'ghcr.io/acme/web:1.4.2',
  'localhost:5000/web:v1',
  `ghcr.io/acme/web@${DIGEST}`,
  `web:1@${DIGEST}`,
])('takes the pinned image %s', (image) => {
  expect(() => checkImage('shop/web', image)).not.toThrow();
});

test.each(['', 'web', 'web:latest', 'localhost:5000/web', 'web:', 'web@sha256:0a', 'a web:1'])(
  'refuses %j, whose content could change between two pods',
  (image) => {
    expect(() => checkImage('shop/web', image)).toThrow(InvalidInputError);
    expect(() => checkImage('shop/web', image)).toThrow(/^\[shop\/web\] the image is not pinned/);
  },
);

test.each([0, 1, 3])('takes %d pods', (replicas) => {
  expect(() => checkReplicas('shop/web', replicas)).not.toThrow();
});

test.each([-1, 1.5, Number.NaN])('refuses %d pods', (replicas) => {
  expect(() => checkReplicas('shop/web', replicas)).toThrow(/^\[shop\/web\] not a valid number of pods/);
});
