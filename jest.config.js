// Tests run as compiled by `tsc`: what is tested is what is shipped, and nothing is transformed a second time.
module.exports = {
  roots: ['<rootDir>/build/test'],
  testMatch: ['**/*.test.js'],
  // These need programs that `npm ci` does not bring; each has an npm script of its own.
  testPathIgnorePatterns: ['<rootDir>/build/test/integration/'],
  transform: {},
  testEnvironment: 'node',
};
