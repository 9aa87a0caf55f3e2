import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundlesOf, sourceOf } from '../../scripts/bundles';

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
};

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
function run(program: string): { readonly printed: string; readonly loaded: readonly string[] } {
  const script = `${program}; console.log(Object.keys(require.cache).map((file) => file.slice(__dirname.length + 1)).join())`;
  writeFileSync(join(lib, 'program.cjs'), script);
  const lines = execFileSync(process.execPath, [join(lib, 'program.cjs')], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const loaded = (lines.pop() as string).replaceAll('\\', '/').split(',');
  return { printed: lines.join('\n'), loaded: loaded.filter((file) => file !== 'program.cjs').sort() };
}

test('a program loads the bundles of the rooms that it needs, and a module runs once', () => {
  bundle();

  const { printed, loaded } = run('new (require("./index").Mesh)(); require("./base/host"); require("./base/host")');

  expect(printed).toBe('host is made');
  expect(loaded).toEqual(['base/bundle.js', 'base/host.js', 'constructs/bundle.js', 'index.js', 'load-module.js']);
});

test('an entry point loads what it hands on when it is asked for', () => {
  bundle();

  expect(run('Object.keys(require("./index"))')).toEqual({ printed: '', loaded: ['index.js', 'load-module.js'] });
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
