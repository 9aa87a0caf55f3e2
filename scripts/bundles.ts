/**
 * Joins the compiled modules of each room of `lib/` in one file, `bundle.js`: finding, opening and reading 500 files takes Node
 * longer than running them. `npm run build` does it, and so does packing; `tsc -p .` alone leaves every module a file of its own.
 *
 * The text of a module stays as it was compiled, but for the paths it requires and characters outside ASCII, so the line of a stack trace
 * can be read. The compiled code of a bundle is kept for the next process: `lib/base/compile-cache.ts`. A module
 * still runs when it is first required, once, whichever entry point it is reached from. Where its file was there is one that hands
 * out the module of the bundle, so that tests may run on either.
 */
import { posix } from 'node:path';

/** First line of a file that hands out a module, by which one is known. */
const HANDS_OUT = '// Its code is in the bundle.';

/** The directory beside the rooms that the compiled code of bundles is kept in. */
export const COMPILED = 'compile-cache';

/** The module that bundles are loaded with. */
const CACHE = 'base/compile-cache';

/**
 * Modules that somebody finds by their path, or that come before any bundle: names of package.json, of the command, of a thread, of the
 * loader. Each stays in its own file.
 */
const FOUND_BY_PATH = new RegExp(`^(?:[^/]+|cli/main|analysis/graph/graphviz-worker|base/optimize-less|${CACHE})$`);

/** What is loaded together: `constructs`, and by smaller rooms what few programs need all of. */
const ROOM = /^(?:analysis\/check\/rules|(?:analysis|model)\/[^/]+|[^/]+)(?=\/)/;

/** Name of the function that the modules of a bundle use in place of `require`; it is in `lib/load-module.js`. */
const LOAD = 'loadModule';

/** A package, or a module of Node's, as `tsc` compiles an import of some of its names. */
const OTHERS = /^const (?<variable>\w+) = (?<load>require\("[^."][^"]*"\));$/gm;

/** A module of `export { … } from`. The lines about its names stay, since Node reads them to know the names of an entry point. */
const HANDED_ON = new RegExp(`^(?<variable>var \\w+ = )${LOAD}\\(`, 'gm');

/**
 * The files to write in place of compiled modules.
 *
 * @param all every file below `build/lib`: path to text
 * @throws Error if they are bundled already, or a module requires a file that is not among them
 */
export function bundlesOf(all: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  // `tsc` writes anew what there is a source of.
  const files = new Map([...all].filter(([path, text]) => !isMade(path) && !handsOut(text)));
  const modules = [...files].filter(([path]) => path.endsWith('.js'));
  if (modules.every(([path]) => FOUND_BY_PATH.test(path.replace(/\.js$/, '')))) {
    throw new Error('the modules are bundled already: compile first, with tsc -p .');
  }

  const written = new Map<string, string>();
  const rooms = new Map<string, string[]>();
  for (const [path, text] of modules) {
    const name = path.replace(/\.js$/, '');
    if (FOUND_BY_PATH.test(name)) {
      written.set(path, withLoader(text, path, name, files));
      continue;
    }
    const room = roomOf(name);
    const code = withOthersLater(withLoadedModules(text, name, `${room}/bundle`, files));
    rooms.set(room, [...(rooms.get(room) ?? []), definition(name, code)]);
    written.set(path, `${HANDS_OUT}\nmodule.exports = require(${toLoader(name)}).${LOAD}(${JSON.stringify(name)});\n`);
  }
  for (const [room, definitions] of rooms) {
    const loader = `const { ${LOAD}, directoryOf } = require(${toLoader(`${room}/bundle`)});\n`;
    const bundle = `"use strict";\n${loader}module.exports = {\n${definitions.join('\n')}};\n`;
    written.set(`${room}/bundle.js`, inAscii(bundle));
  }
  written.set('load-module.js', loaderOf([...rooms.keys()]));
  return written;
}

/** Whether a file is one that hands out a module; after `tsc` those are left whose source was deleted. */
export function handsOut(text: string): boolean {
  return text.startsWith(HANDS_OUT);
}

/** The source that a file below `build/lib` was compiled from; none for bundles, nor for what `tsc` copies. */
export function sourceOf(path: string): string | undefined {
  return isMade(path) ? undefined : /^(?<name>.*?)(?:\.d\.ts|\.js)$/.exec(path)?.groups?.name?.concat('.ts');
}

/** Files of bundles, which the next run replaces. */
function isMade(path: string): boolean {
  return path === 'load-module.js' || posix.basename(path) === 'bundle.js';
}

function roomOf(name: string): string {
  const [room] = ROOM.exec(name) ?? [];
  if (room === undefined) throw new Error(`${name} is in no room of lib/`);
  return room;
}

function definition(name: string, code: string): string {
  // A module that looks for files beside it does so where it was compiled.
  const place = /\b__dirname\b/.test(code) ? `const __dirname = directoryOf(${JSON.stringify(name)});\n` : '';
  // In parentheses, which V8 takes for a function that is called at once: it does not read the code twice.
  return `// ${name}\n${JSON.stringify(name)}: (function (exports) {\n${place}${code}}),`;
}

/**
 * A file that stays: it begins with what its own modules are loaded with. A module that it only hands on, which `tsc` writes with `var`, is
 * loaded when one of its names is asked for: few programs need all of an entry point.
 */
function withLoader(text: string, path: string, name: string, files: ReadonlyMap<string, string>): string {
  const code = withLoadedModules(text, name, name, files).replaceAll(HANDED_ON, `$<variable>${LOAD}.later(`);
  if (code === text) return text;
  const strict = '"use strict";\n';
  if (!code.includes(strict)) throw new Error(`${path} does not begin as compiled files do`);
  return code.replace(strict, `${strict}const { ${LOAD} } = require(${toLoader(name)});\n`);
}

/** The code of a module that moves to another file of `lib/`, with the same modules behind what it requires. */
function withLoadedModules(text: string, name: string, place: string, files: ReadonlyMap<string, string>): string {
  if (text.includes(LOAD)) throw new Error(`${name} has a name that bundles use: ${LOAD}`);
  return text.replaceAll(/\brequire\((["'])(\.\.?\/[^"']+)\1\)/g, (call, _quote, path) => {
    const target = posix.join(posix.dirname(name), path);
    // What is outside of `lib/` is where it was.
    if (target.startsWith('..')) throw new Error(`${name} requires ${path}, which is not in lib/`);
    if (files.has(`${target}.js`) && !FOUND_BY_PATH.test(target)) return `${LOAD}(${JSON.stringify(target)})`;
    const file = files.has(`${target}.js`) ? `${target}.js` : target;
    if (!files.has(file)) throw new Error(`${name} has ${call}, and there is no such file`);
    return `require(${relativePath(place, file)})`;
  });
}

/** The same code with escapes: V8 keeps a text with one other character in twice the memory, and takes longer to read it. */
function inAscii(code: string): string {
  const raw = /\bString\.raw`[^`]*?[^\0-\x7f]/.exec(code);
  if (raw) throw new Error(`bundles are written in ASCII, and String.raw would show the escapes: ${raw[0]}`);
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The code of a module that loads a package when it first uses one of its names, as most programs use few of them: reading js-yaml and
 * commander takes as long as reading our own `base` and `cli`.
 */
function withOthersLater(code: string): string {
  const others = [...code.matchAll(OTHERS)].map(({ groups }) => groups as { variable: string; load: string });
  const declared = code.replaceAll(OTHERS, 'let $<variable>;');
  return others.reduce(
    (text, { variable, load }) =>
      text.replaceAll(new RegExp(`(?<!let )\\b${variable}\\b`, 'g'), () => `(${variable} ??= ${load})`),
    declared,
  );
}

function toLoader(name: string): string {
  return relativePath(name, 'load-module.js');
}

/** As a program writes it: a path that begins with a dot, in quotes. */
function relativePath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return JSON.stringify(path.startsWith('.') ? path : `./${path}`);
}

/** Every path of a bundle is written out, so that programs that bundle a user's app can follow it. */
function loaderOf(rooms: readonly string[]): string {
  const bundles = rooms.map((room) => `  ${JSON.stringify(room)}: () => require("./${room}/bundle.js"),\n`);
  return `"use strict";
const { dirname, join } = require("node:path");
const { loadCompiled } = require("./${CACHE}.js");
const bundles = {
${bundles.join('')}};
const opened = new Map();
const loaded = new Map();

/** The exports of a module, which runs when it is loaded for the first time. No modules load each other in a circle. */
exports.${LOAD} = function ${LOAD}(name) {
  const before = loaded.get(name);
  if (before !== undefined) return before;
  const module = {};
  open(${ROOM}.exec(name)[0])[name](module);
  loaded.set(name, module);
  return module;
};

/** The modules of a room, as functions that run them. */
function open(room) {
  const before = opened.get(room);
  if (before !== undefined) return before;
  const bundle = loadCompiled(__dirname, room, "${COMPILED}") ?? bundles[room]();
  opened.set(room, bundle);
  return bundle;
}

/** The names of a module that runs when one of them is asked for. */
exports.${LOAD}.later = (name) => new Proxy({}, { get: (_, exported) => exports.${LOAD}(name)[exported] });

/** Where the file of a module was before it was bundled. */
exports.directoryOf = (name) => dirname(join(__dirname, name));
`;
}
