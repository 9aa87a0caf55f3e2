import { cached } from './cached';

/** What was worked out for an object, by name; it goes when the object does. */
const known = new WeakMap<object, Map<string, unknown>>();

/** What is worked out once for an object that never changes, such as a set of manifests. */
export function onceFor<T>(owner: object, name: string, make: () => T): T {
  const own = cached(known, owner, () => new Map<string, unknown>());
  if (!own.has(name)) own.set(name, make());
  return own.get(name) as T;
}
