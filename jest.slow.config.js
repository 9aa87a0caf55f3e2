// What `npm test` leaves out, in one run on all processors: `npm run test:slow`, which `.ci/run` calls.
module.exports = {
  // Jest reads these two here alone.
  maxWorkers: '100%',
  testTimeout: 600_000,
  projects: ['integration', 'thorough'].map((name) => {
    const { maxWorkers, testTimeout, ...config } = require(`./jest.${name}.config.js`);
    return { ...config, rootDir: __dirname, displayName: name };
  }),
};
