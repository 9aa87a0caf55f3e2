import { Attribute, MapAttribute } from './attribute';
import { attributes } from './attributes';

type AnyAttribute = Attribute<string> | Attribute<number> | Attribute<boolean> | MapAttribute;

const BY_PATH: ReadonlyMap<string, AnyAttribute> = new Map(leaves(attributes).map((leaf) => [leaf.path, leaf]));

/** Full name of every attribute, for suggestions. */
export const ATTRIBUTE_NAMES: readonly string[] = [...BY_PATH.keys()];

/**
 * What an attribute written as text can be used for: `scalar` has one value, `map` has entries by key, which only
 * expressions can read. One entry of a map is a `map` too. Undefined if Teleport has no attribute of that name.
 *
 * Join methods that are not in the table may have attributes of any name.
 */
export function attributeType(name: string): 'scalar' | 'map' | undefined {
  const attribute = BY_PATH.get(name);
  if (attribute !== undefined) return attribute instanceof MapAttribute ? 'map' : 'scalar';
  if (isMapEntry(name)) return 'map';
  const method = /^join\.([a-z0-9_]+)\.[a-z0-9_.]*[a-z0-9_]$/.exec(name)?.[1];
  return method !== undefined && !Object.hasOwn(attributes.join, method) ? 'scalar' : undefined;
}

/** Whether a name is an entry of an attribute with many, as `user.traits.team` or `user.traits["team"]`. */
export function isMapEntry(name: string): boolean {
  const end = /\.[^.[]*$|\[.*$/.exec(name)?.index;
  return end !== undefined && BY_PATH.get(name.slice(0, end)) instanceof MapAttribute;
}

function leaves(branch: object): AnyAttribute[] {
  return Object.values(branch).flatMap((child) =>
    child instanceof Attribute || child instanceof MapAttribute ? [child] : leaves(child),
  );
}
