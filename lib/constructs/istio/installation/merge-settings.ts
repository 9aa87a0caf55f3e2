import { InvalidInputError } from '../../../base/invalid-input-error';

/** A mapping of plain data, as it stands in YAML. */
type PlainObject = { readonly [key: string]: unknown };

/**
 * Adds a user's settings to ours, mapping by mapping. What we decide cannot be changed on the side: a setting that both
 * have is refused, since it would either break the identity chain or be an option of its own.
 *
 * @throws InvalidInputError naming the setting
 */
export function mergeSettings(where: string, ours: PlainObject, theirs: PlainObject): PlainObject {
  const merged: Record<string, unknown> = { ...ours };
  for (const [key, setting] of Object.entries(theirs)) {
    const own = Object.hasOwn(ours, key) ? ours[key] : undefined;
    if (own === undefined) {
      merged[key] = setting;
    } else if (isPlainObject(own) && isPlainObject(setting)) {
      merged[key] = mergeSettings(`${where}.${key}`, own, setting);
    } else {
      throw new InvalidInputError({
        where: `${where}.${key}`,
        problem: 'this setting is derived from the installation and cannot be set separately',
        value: setting,
        allowed: 'any other setting',
        fix: 'change the value that it is derived from (trust domain, socket, overlay, target, resources …)',
      });
    }
  }
  return merged;
}

function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
