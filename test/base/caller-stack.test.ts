import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { pointToCaller } from '../../lib/base/caller-stack';
import { InvalidInputError } from '../../lib/base/invalid-input-error';

const LIB = JSON.stringify(join(__dirname, '../../lib'));
const MESH = `const { MeshApp, MeshNamespace, Port, TeleportCluster, TeleportMesh } = require(${LIB});
const app = new MeshApp({ outdir: 'out' });
const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh') });
const shop = new MeshNamespace(app, 'shop', { mesh });
`;

/** What Node prints of a program that ends with an error nobody catches. */
function failureOf(program: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'caller-stack-'));
  try {
    writeFileSync(join(folder, 'main.js'), program);
    execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    return String((error as { stderr?: string }).stderr).split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function framesOf(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line.startsWith('    at '));
}

test('a value that a construct refuses leads to the line that passed it, and nothing else', () => {
  const lines = failureOf(`${MESH}function add() {\n  shop.addService('web', { image: 'nginx:latest' });\n}\nadd();\n`);
  expect(lines).toContainEqual(expect.stringContaining('InvalidInputError: [shop/web] the image is not pinned'));
  expect(framesOf(lines)).toEqual([
    expect.stringMatching(/^ {4}at add \(.*main\.js:6:8\)$/),
    expect.stringMatching(/main\.js:8:1\)$/),
  ]);
});

test('output that is refused leads to the line that writes it', () => {
  const lines = failureOf(`${MESH}shop.node.addValidation({ validate: () => ['never right'] });\napp.synth();\n`);
  expect(lines).toContainEqual(expect.stringContaining('[shop] never right'));
  expect(framesOf(lines)).toEqual([expect.stringMatching(/main\.js:6:5\)$/)]);
});

test('a mistake of the package keeps its whole stack', () => {
  const lines = failureOf(`${MESH}shop.addService('web', null);\n`);
  expect(lines).toContainEqual(expect.stringContaining('TypeError'));
  expect(framesOf(lines)[0]).not.toContain('main.js');
});

test('the line of the program is found behind more frames than Node keeps', () => {
  const deep = (left: number): Error => {
    if (left > 0) return deep(left - 1);
    const error = new Error('too deep');
    pointToCaller(error);
    return error;
  };
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 3;
  const { stack } = deep(20);
  expect(stack?.split('\n')).toEqual(['Error: too deep', ...Array(3).fill(expect.stringMatching(/^ {4}at deep \(/))]);
  expect(Error.stackTraceLimit).toBe(3);
  Error.stackTraceLimit = limit;
});

test('the stack can be replaced, and is neither listed nor printed twice', () => {
  const error = new InvalidInputError({ where: 'here', problem: 'not a port', allowed: '1 to 65535' });
  expect(Object.keys(error)).toEqual([]);
  expect(inspect(error).match(/not a port/g)).toHaveLength(1);
  error.stack = 'another';
  expect(error.stack).toBe('another');
});
