import { InvalidInputError } from '../../base/invalid-input-error';
import { attributeType, isMapEntry } from '../../upstream/teleport/attribute-names';

/** Text in quotes, in the ways Go writes it. */
const QUOTED = /"(?:[^"\\]|\\.)*"|`[^`]*`/g;
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*/g;

/**
 * Refuses names in Teleport's predicate language that are no attributes: an unknown one in a template is noticed only
 * when a workload asks, and then nobody gets the identity.
 *
 * @internal
 * @throws InvalidInputError
 */
export function checkNames(where: string, expression: string): void {
  const code = expression.replace(QUOTED, '""');
  for (const match of code.matchAll(NAME)) {
    const name = match[0];
    const next = code.slice(match.index + name.length).trimStart()[0];
    const isFunction = next === '(';
    const isLiteral = name === 'true' || name === 'false';
    if (!isFunction && !isLiteral && !isAttribute(name, next)) {
      throw new InvalidInputError({
        where,
        problem: `Teleport has no attribute "${name}"`,
        value: expression,
        allowed: 'attributes of a workload, a join or a user, or one entry of those that are maps',
        fix: 'use "attributes", such as attributes.workload.kubernetes.namespace',
      });
    }
  }
}

/** A map itself has no value; one of its entries has. */
function isAttribute(name: string, next: string | undefined): boolean {
  const type = attributeType(name);
  return type === 'map' ? isMapEntry(name) || next === '[' : type === 'scalar';
}
