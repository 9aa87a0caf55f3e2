/**
 * Changes a copy of the compiled library at places drawn with a seed, one at a time, and runs the tests that load the changed file,
 * the nearest first, until one fails:
 *
 *   npm run test:mutation [COUNT] [SEED] [FOLDER...]
 *
 * A change that no test notices is printed with its place. Takes some seconds for each, and minutes for one that is not noticed,
 * so it is not part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { type Mutation, mutated, mutationsOf } from './mutations';
import { RelatedTests } from './related-tests';

const [count = '50', seed = '1', ...folders] = process.argv.slice(2);

/**
 * Up to where the nearest test files are run, a few at first: what is noticed at all, mostly is by these. The reader of YAML is loaded
 * by more than two hundred, and whoever runs all of them for every change waits for hours.
 */
const FEW = 6;
const MOST = 24;

/** Tests of other things than decisions of the library: of packaging, of pages, of whether files are up to date. */
const OTHER_TESTS = /^(integration|package|docs|architecture|scripts)\/|init-project/;

interface Place {
  readonly file: string;
  readonly mutation: Mutation;
}

/** Numbers from 0 to 1 that are the same for the same seed (a linear congruential generator). */
function numbers(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function draw(lib: string): readonly Place[] {
  const places = [...filesBelow(lib)]
    .filter(([file]) => file.endsWith('.js') && !/schema\/files|examples|rules-by-file/.test(file))
    .filter(([file]) => folders.length === 0 || folders.some((folder) => file.startsWith(folder)))
    .flatMap(([file, text]) => mutationsOf(text).map((mutation) => ({ file, mutation })));
  const next = numbers(Number(seed));
  const drawn = new Set<Place>();
  while (drawn.size < Math.min(Number(count), places.length)) {
    drawn.add(places[Math.floor(next() * places.length)] as Place);
  }
  return [...drawn];
}

/** A copy of the repository, so that a run that is stopped leaves no changed file behind. */
function copyOfRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutation-'));
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !['node_modules', '.git'].includes(basename(path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs tests until one fails; the file of that one, or undefined if all pass. */
function firstFailure(copy: string, tests: readonly string[]): string | undefined {
  const paths = tests.map((test) => join(copy, 'build/test', test));
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      join(copy, 'node_modules/jest/bin/jest.js'),
      '--bail',
      '--silent',
      '--forceExit',
      '--testTimeout=120000',
      // A worker of its own would outlive the end of its parent, in the endless loop that a change may make.
      '--runInBand',
      '--runTestsByPath',
      ...paths,
    ],
    {
      cwd: copy,
      encoding: 'utf8',
      timeout: 180_000 + tests.length * 15_000,
      killSignal: 'SIGKILL',
      maxBuffer: 1 << 28,
    },
  );
  if (status === 0) return undefined;
  // A change that makes a loop endless names none.
  if (status === null) return 'no end';
  const [, failed] = /^FAIL (?:build\/test\/)?(\S+)/m.exec(stderr) ?? [];
  if (failed === undefined) throw new Error(`jest ended with ${status} and names no test that failed: ${stderr}`);
  return failed;
}

function main(): void {
  const copy = copyOfRepository();
  try {
    const lib = join(copy, 'build/lib');
    const related = new RelatedTests(join(copy, 'build'), (test) => !OTHER_TESTS.test(test));
    const places = draw(lib);
    const passing = new Set<string>();
    const failing = new Set<string>();
    let noticed = 0;
    for (const { file, mutation } of places) {
      const path = join(lib, file);
      const text = readFileSync(path, 'utf8');
      let tests = related.of(file).filter((test) => !failing.has(test));
      let failure: string | undefined;
      let ran = 0;
      for (let upTo = FEW; failure === undefined && ran < tests.length && ran < MOST; upTo = MOST) {
        writeFileSync(path, mutated(text, mutation));
        failure = firstFailure(copy, tests.slice(ran, upTo));
        writeFileSync(path, text);
        if (failure !== undefined && !passing.has(failure) && failure !== 'no end') {
          if (firstFailure(copy, [failure]) === undefined) passing.add(failure);
          else {
            // A test that fails without any change shows nothing.
            failing.add(failure);
            tests = tests.filter((test) => test !== failure);
            failure = undefined;
            continue;
          }
        }
        ran = Math.min(upTo, tests.length);
      }
      if (failure !== undefined) noticed += 1;
      const line = text.slice(0, mutation.offset).split('\n').length;
      const what = `${file}:${line} "${mutation.before}" to "${mutation.after}"`;
      process.stdout.write(
        failure === undefined
          ? `NOT NOTICED by ${ran} of ${tests.length} test files: ${what} in: ${text.split('\n')[line - 1]?.trim().slice(0, 120)}\n`
          : `noticed by ${failure}: ${what}\n`,
      );
    }
    if (failing.size > 0) process.stdout.write(`left out, as they fail without a change: ${[...failing].join(', ')}\n`);
    const share = ((noticed / places.length) * 100).toFixed(0);
    process.stdout.write(`${noticed} of ${places.length} changes noticed, at least ${share} % (seed ${seed})\n`);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

main();
