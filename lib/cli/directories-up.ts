import { dirname } from 'node:path';

/** A directory and those around it, from the inside out. */
export function* directoriesUp(directory: string): Generator<string> {
  for (let here = directory; ; here = dirname(here)) {
    yield here;
    if (here === dirname(here)) return;
  }
}
