// Tests that take longer or need more than `npm ci` brings: `npm run test:package`, `test:peers`, `test:envoy`.
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/build/test/integration'],
  // Several of them install packages or start servers.
  maxWorkers: 1,
  testPathIgnorePatterns: [],
  testTimeout: 120_000,
};
