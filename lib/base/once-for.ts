/** What was worked out for an object, by name; it goes when the object does. */
const known = new WeakMap<object, Map<string, unknown>>();

/** What is worked out once for an object that never changes, such as a set of manifests. */
export function onceFor<T>(owner: object, name: string, make: () => T): T {
  let own = known.get(owner);
  if (own === undefined) {
    own = new Map();
    known.set(owner, own);
  }
  if (own.has(name)) return own.get(name) as T;
  const made = make();
  own.set(name, made);
  return made;
}
