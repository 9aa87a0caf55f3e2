import { checkPath } from '../../../lib/constructs/istio/policy/path-pattern';
import { pathTemplateProblem } from '../../../lib/upstream/istio/path-template';

// istio/istio pkg/config/security/security.go (CheckValidPathTemplate): slashes at both ends do not count.
test.each([
  ['/items/{*}', undefined],
  ['/items/{*}/', undefined],
  ['/items/{*}/reviews/{**}', undefined],
  ['/{**}/a', undefined],
  ['/~a%20b/{*}', undefined],
  ['/items/{**}/{*}', 'has a template after {**}'],
  ['/items/{**}/a/{**}', 'has a template after {**}'],
  ['/items/{id}', 'has the segment "{id}"'],
  ['/items/{*}x', 'has the segment "{*}x"'],
  ['/items//{*}', 'has an empty segment next to a template'],
  ['/items*/{*}', 'has "items*" next to a template'],
])('path %s: %s', (path, problem) => {
  expect(pathTemplateProblem(path)).toBe(problem);

  const construct = () => checkPath('test', path);
  if (problem === undefined) expect(construct()).toBe(path);
  else expect(construct).toThrow(problem);
});

test('a path without braces is not a template', () => {
  expect(pathTemplateProblem('/items//*')).toBeUndefined();
});
