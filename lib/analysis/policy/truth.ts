/**
 * Whether something holds for a request that may be only partly stated: 0 means no, 2 means yes, and 1 means that it
 * depends on what was not stated. Kleene's three-valued logic: AND is the minimum, OR the maximum, NOT the distance from
 * 2.
 */
export type Truth = 0 | 1 | 2;

/** It does not hold, whatever the unstated parts are. */
export const NO = 0;
/** It holds for some values of the unstated parts. */
export const MAYBE = 1;
/** It holds, whatever the unstated parts are. */
export const YES = 2;

/** A boolean that is known. */
export function truth(holds: boolean): Truth {
  return holds ? YES : NO;
}

/** Yes becomes no and the other way round; what depends still depends. */
export function not(a: Truth): Truth {
  return (2 - a) as Truth;
}
