// The tests whose sweeps have a longer form, which `THOROUGH=1` chooses: those that import test/thorough.ts.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const tests = join(__dirname, 'build/test');
const files = readdirSync(tests, { recursive: true })
  .map((path) => join(tests, String(path)))
  .filter((path) => path.endsWith('.test.js') && /require\("[./]*\/thorough"\)/.test(readFileSync(path, 'utf8')));

module.exports = { ...require('./jest.config.js'), testMatch: files, testTimeout: 600_000 };
