import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import { SPIFFE_SCHEME } from '../../upstream/spiffe/identity-uri';
import { checkPath } from '../../upstream/spiffe/spiffe-id';
import { checkNames } from './expression';

/** What Teleport takes for a placeholder (gravitational/teleport lib/auth/machineid/workloadidentityv1/expression/template.go). */
const PLACEHOLDER = /\{\{([^{}]+?)\}\}/g;

/**
 * Refuses a template that could never be filled in.
 *
 * @internal
 * @returns the template with `x` for each placeholder, to check what stands around them
 * @throws InvalidInputError
 */
export function checkTemplate(where: string, template: string): string {
  const refuse = (problem: string, fix: string) =>
    new InvalidInputError({
      where,
      problem,
      value: template,
      allowed: 'a string with placeholders such as {{ workload.kubernetes.namespace }}',
      fix,
    });

  for (const [, expression = ''] of template.matchAll(PLACEHOLDER)) {
    if (expression.trim() === '') {
      throw refuse('a placeholder is empty', 'name an attribute, or remove the placeholder');
    }
    checkNames(where, expression);
  }
  const filled = template.replace(PLACEHOLDER, 'x');
  if (/[{}]/.test(filled)) {
    throw refuse('a curly brace is not part of a placeholder', 'write {{ attribute }}, without further braces');
  }
  return filled;
}

/**
 * Refuses a template of a SPIFFE ID's path whose fixed parts are no legal path.
 *
 * @internal
 * @throws InvalidInputError
 */
export function checkPathTemplate(where: string, template: string): void {
  const path = checkTemplate(where, template);
  if (!path.startsWith('/')) {
    throw new InvalidInputError({
      where,
      problem: 'the SPIFFE ID path does not start with "/"',
      value: template,
      allowed: 'only the path, such as "/svc/server"; Teleport adds the trust domain',
      fix: template.startsWith(SPIFFE_SCHEME) ? 'remove "spiffe://" and the trust domain' : `write "/${template}"`,
    });
  }
  checkPath(where, path);
}

/**
 * Refuses a template of a DNS name whose fixed parts are no legal host name.
 *
 * @internal
 * @throws InvalidInputError
 */
export function checkDnsTemplate(where: string, template: string): void {
  if (!isDnsSubdomain(checkTemplate(where, template).replace(/^\*\./, ''))) {
    throw new InvalidInputError({
      where,
      problem: 'the DNS name is not a valid host name',
      value: template,
      allowed: 'labels of lower-case letters, digits and "-", with or without a leading "*."',
    });
  }
}
