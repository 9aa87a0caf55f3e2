import { InvalidInputError } from '../../../base/invalid-input-error';
import { isRefusedByEnvoy, pathTemplateProblem } from '../../../upstream/istio/path-template';
import { checkWildcard } from './match-list';

/**
 * Refuses a path that Istio refuses, or that no request has.
 *
 * @throws InvalidInputError
 */
export function checkPath(where: string, path: string): string {
  const refuse = (problem: string, fix: string) =>
    new InvalidInputError({
      where,
      problem,
      value: path,
      allowed: '"/exact", "/prefix*", "*suffix", or a template such as "/items/{*}/reviews/{**}"',
      fix,
    });

  if (!/^[/*]/.test(path) && path !== '') {
    throw refuse('a path must start with a slash or an asterisk', `write "/${path}"`);
  }
  if (/[?#]/.test(path)) {
    throw refuse('policies match the path without query and fragment', 'remove everything from "?" or "#"');
  }
  if (!/[{}]/.test(path)) {
    const template = templateOf(path);
    if (template !== undefined)
      throw refuse('an asterisk between slashes is an ordinary character', `write "${template}"`);
    return checkWildcard(where, 'paths', path);
  }

  const problem = pathTemplateProblem(path);
  if (problem !== undefined) {
    throw refuse(`the path ${problem}`, 'only "{*}" and "{**}" match segments, and "{**}" must be the last of them');
  }
  if (isRefusedByEnvoy(path)) {
    throw refuse('a template with two consecutive slashes crashes Envoy', 'remove empty segments');
  }
  return path;
}

/** What is meant by `*` as a segment, or `**` as the rest, as in other tools; undefined if it is something else. */
function templateOf(path: string): string | undefined {
  if (!/\/\*\*?\/|\/\*\*$/.test(path)) return undefined;
  const template = path.replace(/\/\*\*(?=\/|$)/g, '/{**}').replace(/\/\*(?=\/|$)/g, '/{*}');
  const isLegal = !/\*(?!})(?!\*})/.test(template) && !/\{\*\*\}.*\{/.test(template);
  return isLegal ? template : undefined;
}
