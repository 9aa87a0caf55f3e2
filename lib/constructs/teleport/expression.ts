import { InvalidInputError } from '../../base/invalid-input-error';
import { MapAttribute } from '../../upstream/teleport/attribute';
import { attributesByPath } from '../../upstream/teleport/attributes';

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
        allowed: 'the attributes of a workload, a join or a user, and one entry of those that are maps',
        fix: 'take it from "attributes", such as attributes.workload.kubernetes.namespace',
      });
    }
  }
}

function isAttribute(name: string, next: string | undefined): boolean {
  const attribute = attributesByPath.get(name);
  if (attribute instanceof MapAttribute) return next === '[';
  const parent = attributesByPath.get(name.slice(0, name.lastIndexOf('.')));
  return attribute !== undefined || parent instanceof MapAttribute;
}
