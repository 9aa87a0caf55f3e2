import { execFileSync, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { loadCompiled } from '../../lib/base/compile-cache';
import { bundlesOf, COMPILED, sourceOf } from '../../scripts/bundles';
import { ROOT } from '../golden/written-files';

let lib: string;
beforeEach(() => {
  lib = mkdtempSync(join(tmpdir(), 'bundles-'));
});
afterEach(() => rmSync(lib, { recursive: true }));

/** A module as `tsc` compiles it. */
const compiled = (...lines: readonly string[]) => `"use strict";\n${lines.map((line) => `${line}\n`).join('')}`;

const MODULES: Readonly<Record<string, string>> = {
  'index.js': compiled(
    'Object.defineProperty(exports, "__esModule", { value: true });',
    'exports.Mesh = void 0;',
    'var mesh_1 = require("./constructs/mesh");',
    'Object.defineProperty(exports, "Mesh", { enumerable: true, get: function () { return mesh_1.Mesh; } });',
  ),
  'check.js': compiled('exports.rules = () => require("./analysis/check/rules/all").rules;'),
  'cli/main.js': `#!/usr/bin/env node\n${compiled('const run_1 = require("./run");', 'run_1.run();')}`,
  'cli/run.js': compiled(
    'const mesh_1 = require("../constructs/mesh");',
    'exports.run = () => {',
    "    const { rules } = require('../check');",
    '    console.log(rules(), new mesh_1.Mesh().host, __dirname.split(/[\\\\/]/).at(-1));',
    '};',
  ),
  'constructs/mesh.js': compiled(
    'const host_1 = require("../base/host");',
    'class Mesh { host = host_1.HOST; }',
    'exports.Mesh = Mesh;',
  ),
  'base/host.js': compiled('console.log("host is made");', 'exports.HOST = "host";'),
  'analysis/check/rules/all.js': compiled('exports.rules = require("./kinds.json").kinds;'),
  'analysis/check/rules/kinds.json': '{ "kinds": 2 }',
  'base/compile-cache.js': readFileSync(join(ROOT, 'build/lib/base/compile-cache.js'), 'utf8'),
};

const OF_EVERY_PROGRAM = new Set(['program.cjs', 'load-module.js', 'base/compile-cache.js']);

/** Puts the modules and then their bundles into the directory. */
function bundle(modules: Readonly<Record<string, string>> = MODULES): ReadonlyMap<string, string> {
  const files = new Map(Object.entries(modules));
  const bundles = bundlesOf(files);
  for (const [path, text] of [...files, ...bundles]) {
    mkdirSync(dirname(join(lib, path)), { recursive: true });
    writeFileSync(join(lib, path), text);
  }
  return bundles;
}

/** What a program of its own prints, and the files of the library that it loads. */
function run(
  program: string,
  environment: NodeJS.ProcessEnv = {},
): { readonly printed: string; readonly loaded: readonly string[] } {
  const script = `${program}; console.log(Object.keys(require.cache).map((file) => file.slice(__dirname.length + 1)).join())`;
  writeFileSync(join(lib, 'program.cjs'), script);
  const env = { ...process.env, ...environment };
  const lines = execFileSync(process.execPath, [join(lib, 'program.cjs')], { encoding: 'utf8', env, stdio: 'pipe' })
    .trim()
    .split('\n');
  const loaded = (lines.pop() as string).replaceAll('\\', '/').split(',');
  return { printed: lines.join('\n'), loaded: loaded.filter((file) => !OF_EVERY_PROGRAM.has(file)).sort() };
}

test('a program loads the bundles of the rooms that it needs, and a module runs once', () => {
  bundle();

  const { printed, loaded } = run('new (require("./index").Mesh)(); require("./base/host"); require("./base/host")');

  expect(printed).toBe('host is made');
  expect(loaded).toEqual(['base/bundle.js', 'base/host.js', 'constructs/bundle.js', 'index.js']);
});

test('an entry point loads what it hands on when it is asked for', () => {
  bundle();

  expect(run('Object.keys(require("./index"))')).toEqual({ printed: '', loaded: ['index.js'] });
  expect(run('require("./index").Mesh').loaded).toContain('constructs/bundle.js');
});

test('what is found by its path, by a file of JSON or by a directory is where it was', () => {
  const bundles = bundle();

  expect(bundles.get('cli/main.js')).toMatch(/^#!\/usr\/bin\/env node\n"use strict";\n/);
  expect(run('require("./cli/main")').printed).toBe('host is made\n2 host cli');
});

test('one class, whether it is reached from an entry point or by the file where it was', () => {
  bundle();

  expect(run('console.log(require("./index").Mesh === require("./constructs/mesh").Mesh)').printed).toContain('true');
});

test('the names of an entry point can still be seen by a program that only reads it, as Node does for import', () => {
  expect(bundle().get('index.js')).toContain('Object.defineProperty(exports, "Mesh", { enumerable: true, get');
  writeFileSync(join(lib, 'package.json'), '{ "type": "commonjs" }');
  writeFileSync(join(lib, 'program.mjs'), 'import { Mesh } from "./index.js"; console.log(typeof Mesh);');

  expect(execFileSync(process.execPath, [join(lib, 'program.mjs')], { encoding: 'utf8' })).toContain('function');
});

test('a module that fails does so whenever it is loaded, as with Node: a package that is missing stays missing', () => {
  bundle({ ...MODULES, 'base/plus.js': compiled('exports.half = true;', 'require("not-there-at-all");') });
  const twice = 'for (const _ of [1, 2]) try { require("./base/plus") } catch (error) { console.log(error.code) }';

  expect(run(twice).printed).toBe('MODULE_NOT_FOUND\nMODULE_NOT_FOUND');
});

test('a module whose source was deleted since the last bundles is in no bundle, and cannot be required', () => {
  const before = bundle({ ...MODULES, 'base/old.js': compiled('exports.old = true;') });
  const left = new Map([...before, ...Object.entries(MODULES)]);

  expect(bundlesOf(left).get('base/bundle.js')).not.toContain('base/old');
  expect(() => bundlesOf(new Map([...left, ['base/new.js', compiled('require("./old");')]]))).toThrow(
    'there is no such file',
  );
});

test('modules are not bundled twice, nor with something that is not there', () => {
  const again = new Map([...Object.entries(MODULES), ...bundle()]);

  expect(() => bundlesOf(again)).toThrow('are bundled already');
  expect(() => bundlesOf(new Map([['base/one.js', compiled('require("./two");')]]))).toThrow('there is no such file');
  expect(() => bundlesOf(new Map([['base/one.js', compiled('require("../../imports/two");')]]))).toThrow(
    'which is not in lib/',
  );
  expect(() => bundlesOf(new Map([['base/one.js', compiled('const loadModule = 1;')]]))).toThrow('loadModule');
});

test('what was compiled is known by its source, and what bundles are made of or was copied has none', () => {
  expect(sourceOf('base/host.js')).toBe('base/host.ts');
  expect(sourceOf('base/host.d.ts')).toBe('base/host.ts');
  expect(sourceOf('base/bundle.js')).toBeUndefined();
  expect(sourceOf('load-module.js')).toBeUndefined();
  expect(sourceOf('analysis/check/rules/kinds.json')).toBeUndefined();
});

describe('the compiled code of bundles', () => {
  const HOST = 'require("./base/host")';
  const kept = () => (existsSync(join(lib, COMPILED)) ? readdirSync(join(lib, COMPILED)) : []);
  const keptHost = () => join(lib, COMPILED, kept().find((file) => file.startsWith('base.')) as string);
  /** Another program of the same length. */
  const written = (verb: 'made' | 'MADE') =>
    bundle({ ...MODULES, 'base/host.js': compiled(`console.log("host is ${verb}");`, 'exports.HOST = "host";') });

  test('is kept by the first process, and used by the next', () => {
    written('MADE');
    expect(run(HOST).printed).toBe('host is MADE');
    const other = readFileSync(keptHost());
    written('made');
    // Nobody can have such a file but by an attempt like this one: its code, said to be that of the other bundle.
    other.writeUInt32LE(crc32(readFileSync(join(lib, 'base/bundle.js'))), 0);
    writeFileSync(keptHost(), other);

    expect(run(HOST).printed).toBe('host is MADE');
  });

  test('is not used for a bundle that has changed since, even if its length is the same', () => {
    written('made');
    expect(run(HOST).printed).toBe('host is made');
    written('MADE');

    expect(run(HOST).printed).toBe('host is MADE');
    expect(run(HOST).printed).toBe('host is MADE');
  });

  test.each([
    ['with a byte that changed', (file: Buffer) => file.map((byte, index) => (index === 500 ? byte ^ 1 : byte))],
    ['cut off', (file: Buffer) => file.subarray(0, 100)],
    ['empty', (file: Buffer) => file.subarray(0, 0)],
  ])('is made anew if it is found %s', (_, damaged) => {
    bundle();
    run(HOST);
    const whole = readFileSync(keptHost());
    writeFileSync(keptHost(), damaged(whole));

    expect(run(HOST).printed).toBe('host is made');
    expect(readFileSync(keptHost()).length).toBeGreaterThan(whole.length / 2);
  });

  test('grows by what the next few processes call, and is then left as it is', () => {
    const body = Array.from({ length: 50 }, (_, index) => `console.log(${index});`).join(' ');
    const functions = ['one', 'two'].map((name) => `exports.${name} = function () { ${body} };`);
    bundle({ ...MODULES, 'base/host.js': compiled(...functions) });
    run(HOST);
    const first = readFileSync(keptHost());
    run(`${HOST}.one()`);
    const second = readFileSync(keptHost());
    // Of the five processes that add to it, these are the last three.
    for (const _ of [3, 4, 5]) run(HOST);
    const fifth = readFileSync(keptHost());
    run(`${HOST}.two()`);

    expect(second.length).toBeGreaterThan(first.length + 300);
    expect(fifth.length).toBe(second.length);
    expect(readFileSync(keptHost())).toEqual(fifth);
  });

  test('is kept apart for other options of V8, which would refuse it', () => {
    bundle();
    run(HOST);
    const [file = ''] = kept();
    const before = readFileSync(join(lib, COMPILED, file));
    expect(run(HOST, { NODE_OPTIONS: '--max-old-space-size=300' }).printed).toBe('host is made');

    expect(kept()).toEqual(expect.arrayContaining([file]));
    expect(kept()).toHaveLength(2);
    expect(readFileSync(join(lib, COMPILED, file))).toEqual(before);
  });

  test('is of one release of Node, on one kind of machine, and nothing unfinished is left beside it', () => {
    bundle();
    run(HOST);

    // Asked in a process of its own: another test may have changed V8's options in this one.
    const ask = "require('node:v8').cachedDataVersionTag().toString(16)";
    const tag = execFileSync(process.execPath, ['-p', ask], { encoding: 'utf8' }).trim();
    expect(kept()).toEqual([`base.${process.version}-${process.platform}-${process.arch}-${tag}`]);
  });

  test('is not kept where the user wants no cache, nor where nothing can be written, and the program runs', () => {
    bundle();
    expect(run(HOST, { NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual({
      printed: 'host is made',
      loaded: ['base/bundle.js', 'base/host.js'],
    });
    expect(kept()).toEqual([]);

    writeFileSync(join(lib, COMPILED), 'a file where the directory would be');
    expect(run(HOST).printed).toBe('host is made');
  });

  test('is neither used nor made while V8 counts what is run', () => {
    bundle();
    run(HOST, { NODE_V8_COVERAGE: join(lib, 'coverage') });

    expect(kept()).toEqual([]);
  });

  test('is not looked for where only a bundle is, as in a program that was bundled with the library', () => {
    bundle();
    const load = 'require("./base/compile-cache").loadCompiled(__dirname, "base", "kept")';
    expect(run(`console.log(typeof ${load})`).printed).toBe('object');
    rmSync(join(lib, 'load-module.js'));

    expect(run(`console.log(typeof ${load})`).printed).toBe('undefined');
  });

  test('is not made for a package that was removed while the program ran', () => {
    bundle();
    const gone = join(lib, 'gone');
    renameSync(lib, `${lib}-moved`);
    mkdirSync(lib);
    renameSync(`${lib}-moved`, gone);
    run('require("./gone/base/host"); require("node:fs").rmSync(__dirname + "/gone", { recursive: true })');

    expect(existsSync(gone)).toBe(false);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test : test.skip)('is not left by root in a package of somebody else', () => {
    bundle();
    chownSync(lib, 65534, 65534);

    expect(run(HOST).printed).toBe('host is made');
    expect(kept()).toEqual([]);
  });

  test('is of the module that Node finds by the path, too, which is not taken for one that is still being loaded', () => {
    bundle();
    const program = `${HOST}; process.on("warning", ({ message }) => console.warn(message)); require("./base/bundle").nothing;
      setImmediate(() => console.log("end"))`;
    writeFileSync(join(lib, 'program.cjs'), program);
    const { stderr } = spawnSync(process.execPath, [join(lib, 'program.cjs')], { encoding: 'utf8' });

    expect(stderr).toBe('');
  });

  test('is not made by a program that changes the options of V8 after loading, as V8 would refuse it', () => {
    bundle();
    run(`${HOST}; require("node:v8").setFlagsFromString("--stack-size=900")`);

    expect(kept()).toEqual([]);
  });

  test('is not made where many combinations of options have left theirs', () => {
    bundle();
    mkdirSync(join(lib, COMPILED));
    for (let index = 0; index < 200; index++) writeFileSync(join(lib, COMPILED, `of-other-options.${index}`), '');
    run(HOST);

    expect(kept()).toHaveLength(200);
  });

  test('is not used in another realm, as in Jest, nor for a bundle that is not a file', () => {
    bundle();

    expect(loadCompiled(lib, 'base', COMPILED)).toBeUndefined();
    rmSync(join(lib, 'base/bundle.js'));
    expect(() => run(HOST)).toThrow('Cannot find module');
  });
});

test('a bundle is in ASCII, and its strings are as they were', () => {
  const bundles = bundle({
    ...MODULES,
    'base/host.js': compiled('console.log("…×\u{1f600}", `“`, /^[…😀]$/u.test("😀"));'),
  });

  expect(bundles.get('base/bundle.js')).toMatch(/^[\0-\x7f]*$/);
  expect(run('require("./base/host")').printed).toBe('…×\u{1f600} “ true');
  expect(() => bundlesOf(new Map([['base/raw.js', compiled('exports.raw = String.raw`…`;')]]))).toThrow('String.raw');
});
