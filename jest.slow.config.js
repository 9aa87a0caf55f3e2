// What `npm test` leaves out, in one run on all processors: `npm run test:slow`, which `.ci/run` calls.
module.exports = {
  maxWorkers: '100%',
  projects: ['integration', 'thorough'].map((name) => {
    const { maxWorkers, ...config } = require(`./jest.${name}.config.js`);
    return { ...config, rootDir: __dirname, displayName: name };
  }),
};
