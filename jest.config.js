// Tests run as compiled by `tsc`: what is tested is what is shipped, and nothing is transformed a second time.
module.exports = {
  roots: ['<rootDir>/build/test'],
  testMatch: ['**/*.test.js'],
  // These need programs that `npm ci` does not bring; each has an npm script of its own.
  testPathIgnorePatterns: ['<rootDir>/build/test/integration/'],
  transform: {},
  globalSetup: '<rootDir>/build/test/setup/make-temporary-folder.js',
  globalTeardown: '<rootDir>/build/test/setup/remove-temporary-folder.js',
  testEnvironment: 'node',
};
