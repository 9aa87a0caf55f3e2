// Tests that take longer or need more than `npm ci` brings: `npm run test:package`, `test:peers`, `test:envoy`.
const { testPathIgnorePatterns, ...config } = require('./jest.config.js');

module.exports = {
  ...config,
  roots: ['<rootDir>/build/test/integration'],
  // Several of them install packages or start servers.
  maxWorkers: 1,
  // All but its own folder.
  testPathIgnorePatterns: testPathIgnorePatterns.filter((pattern) => !pattern.endsWith('/integration/')),
  testTimeout: 120_000,
};
