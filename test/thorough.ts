/**
 * Whether sweeps go through everything: `npm run test:thorough`, which `.ci/run` calls. `npm test` goes through a part of each, the same
 * one in every run, so that it stays quick enough for every change. `jest.thorough.config.js` finds the tests that import this.
 */
const THOROUGH = process.env.THOROUGH === '1';

/** How much of a sweep is gone through: for every change, and when everything is. */
export function extent(everyChange: number, thorough: number): number {
  return THOROUGH ? thorough : everyChange;
}
