// Tests that start other programs: `npm run test:envoy`.
module.exports = {
  ...require('./jest.config.js'),
  roots: ['<rootDir>/build/test/integration'],
  testPathIgnorePatterns: [],
  testTimeout: 30_000,
};
