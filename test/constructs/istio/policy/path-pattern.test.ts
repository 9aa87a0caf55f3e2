import { checkPath } from '../../../../lib/constructs/istio/policy/path-pattern';
import { refusal } from '../refusal';

test.each([
  ['/a/*/b', '/a/{*}/b'],
  ['/a/**', '/a/{**}'],
  ['/*/b/*/c', '/{*}/b/{*}/c'],
  ['/a/*/b/**', '/a/{*}/b/{**}'],
])('%s, as other tools write it, is answered with %s', (path, template) => {
  expect(refusal(() => checkPath('x', path)).fix).toBe(`write "${template}"`);
  expect(checkPath('x', template)).toBe(template);
});

test.each(['/a/**/b/**', '/a/*/b*', '/a*b/*/c'])('%s has no template that means it, and none is offered', (path) => {
  expect(refusal(() => checkPath('x', path)).fix).toBe('match only the prefix or only the suffix');
});

test.each(['/a/*', '*/b', '/a*', '/a'])('%s is what Istio knows', (path) => {
  expect(checkPath('x', path)).toBe(path);
});

test.each(['//{*}', '/a/{**}//', '{*}', 'api/{*}'])('%s, which Envoy does not take, is refused', (path) => {
  expect(() => checkPath('x', path)).toThrow();
});
