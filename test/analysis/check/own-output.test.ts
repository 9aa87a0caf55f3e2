import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles } from '../../../lib/check';

const ROOT = join(__dirname, '..', '..', '..', '..');

function manifestsIn(directory: string): readonly { readonly file: string; readonly text: string }[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return manifestsIn(path);
    return /\.ya?ml$/.test(name) ? [{ file: path.slice(ROOT.length + 1), text: readFileSync(path, 'utf8') }] : [];
  });
}

const EXAMPLES = existsSync(join(ROOT, 'examples')) ? readdirSync(join(ROOT, 'examples')) : [];
const OUTPUTS = EXAMPLES.map((example) => `examples/${example}/dist`).filter((one) => existsSync(join(ROOT, one)));

// Variants are alternatives to what is beside them, so the two are never applied, or looked at, together.
const isVariant = ({ file }: { readonly file: string }) => file.includes('/variants/');

/** What an example shows although it is warned about. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'examples/host-path': ['hostpath-socket', 'hostpath-socket-writable'],
};

test.each(OUTPUTS)('%s is written by this library and has nothing else to find fault with', (output) => {
  const files = manifestsIn(join(ROOT, output)).filter((file) => !isVariant(file));
  const expected = EXPECTED[output.replace(/\/dist$/, '')] ?? [];
  expect(files.length).toBeGreaterThan(0);
  const found = checkFiles(files).filter(({ rule }) => !expected.includes(rule));
  expect(found.map(({ rule, location, found: what }) => `${location.file}:${location.line} ${rule} ${what}`)).toEqual(
    [],
  );
});

test('the reference output is complete in itself', () => {
  const files = manifestsIn(join(ROOT, 'examples/sock-shop/dist')).filter((file) => !isVariant(file));
  expect(checkFiles(files, { complete: true }).map(({ rule, found }) => `${rule} ${found}`)).toEqual([]);
});
