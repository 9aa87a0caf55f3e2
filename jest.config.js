// Tests run as compiled by `tsc`: what is tested is what is shipped, and nothing is transformed a second time.
module.exports = {
  roots: ['<rootDir>/build/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  testEnvironment: 'node',
};
