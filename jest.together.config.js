// All tests, in a few groups whose files share what they load: `npm test`. One file: `npx jest NAME`, with `jest.config.js`.
const { maxWorkers, testTimeout, ...config } = require('./jest.config.js');

const GROUPS = 4;

module.exports = {
  maxWorkers,
  // Jest reads these two here alone.
  testTimeout,
  projects: Array.from({ length: GROUPS }, (_, GROUP) => ({
    ...config,
    rootDir: __dirname,
    displayName: `${GROUP + 1} of ${GROUPS}`,
    testMatch: ['<rootDir>/build/test/together.js'],
    globals: { GROUP, GROUPS },
  })),
};
