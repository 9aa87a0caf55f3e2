import { setFlagsFromString } from 'node:v8';

/**
 * V8 optimizes a function together with those that it calls: by this option a quarter as much code at once as by default. Most of ours
 * runs too briefly for more to pay: of a check of a thousand services, optimizing took a third of the processor time.
 */
export const OPTION = '--max-inlined-bytecode-size-cumulative=230';

/** Newest major release of Node that is known to have the option; V8 would print an error in every process if it had not. */
const NEWEST_NODE = 26;

/**
 * Sets the option for the whole process, so only a program that owns its process may. Before code of ours is loaded, because what is kept
 * of it compiled is of the options of that moment.
 */
export function optimizeLess(): void {
  if (Number.parseInt(process.versions.node, 10) <= NEWEST_NODE) setFlagsFromString(OPTION);
}
