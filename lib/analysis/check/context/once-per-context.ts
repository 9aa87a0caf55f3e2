import type { CheckContext } from './check-context';

/** A look-up that several rules share: made for each check when the first of them asks. */
export function oncePerContext<T extends object>(find: (context: CheckContext) => T): (context: CheckContext) => T {
  const found = new WeakMap<CheckContext, T>();
  return (context) => {
    const known = found.get(context) ?? find(context);
    found.set(context, known);
    return known;
  };
}
