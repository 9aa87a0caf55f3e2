// Tests run as compiled by `tsc`: what is tested is what is shipped, and nothing is transformed a second time.
const { existsSync, readdirSync } = require('node:fs');
const { join, sep } = require('node:path');

/** Tests that `tsc` compiled from a source that was deleted since: it leaves them there. */
function withoutSource() {
  const tests = join(__dirname, 'build/test');
  if (!existsSync(tests)) return [];
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js') && !existsSync(join(__dirname, 'test', path.replace(/js$/, 'ts'))))
    .map((path) => `<rootDir>/build/test/${path.replaceAll(sep, '/').replaceAll('.', '\\.')}$`);
}

module.exports = {
  roots: ['<rootDir>/build/test'],
  testMatch: ['**/*.test.js'],
  // Jest leaves one core idle, which doubles the time on a machine with two.
  maxWorkers: '100%',
  // These pack the package, install other releases, or need programs that `npm ci` does not bring: see the npm scripts `test:…`.
  testPathIgnorePatterns: ['<rootDir>/build/test/integration/', ...withoutSource()],
  transform: {},
  globalSetup: '<rootDir>/build/test/setup/make-temporary-folder.js',
  globalTeardown: '<rootDir>/build/test/setup/remove-temporary-folder.js',
  setupFiles: ['<rootDir>/build/test/setup/optimize-less.js'],
  testEnvironment: 'node',
  // For what hangs; a busy machine may take its time.
  testTimeout: 60_000,
};
