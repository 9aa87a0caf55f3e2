/** Times the input is larger in the second measurement. */
const FACTOR = 4;
/** Work that grows with the square of the input takes sixteen times as long then; what is linear four times. */
const LIMIT = 10;
const ATTEMPTS = 4;
const SMALL_RUNS = 3;

/** CPU time of this process, in microseconds: other programs on the machine add nothing to it. */
function cpuTime(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

/**
 * How much longer the work takes for four times the input, in one run on one machine: no clock is compared with a constant.
 * Below ten, the work does not grow with the square of its input. Of several measurements the least counts, on both sides: garbage
 * collection, compilation and whoever shares the processor only ever add.
 */
export function growthOf(size: number, run: (size: number) => unknown): number {
  // Compiled once, so that the first measurement does not pay for it.
  run(size);
  const times = Array.from({ length: SMALL_RUNS }, () => cpuTime(() => run(size)));
  // A small input may take less than the resolution of the clock.
  const small = Math.max(Math.min(...times), 2_000);
  let large = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && large / small >= LIMIT; attempt += 1) {
    large = Math.min(
      large,
      cpuTime(() => run(size * FACTOR)),
    );
  }
  return large / small;
}

/** What {@link growthOf} must stay below. */
export const NOT_QUADRATIC = LIMIT;
