/**
 * Changes the compiled library at places drawn with a seed, one at a time, and runs the tests of the changed file:
 *
 *   npm run test:mutation [COUNT] [SEED] [FOLDER]
 *
 * A change that no test notices is printed with its place. Takes some seconds for each, so it is not part of `npm test`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { type Mutation, mutated, mutationsOf } from './mutations';

const [count = '50', seed = '1', folder = ''] = process.argv.slice(2);
const LIB = join(ROOT, 'build/lib');

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

function draw(): readonly Place[] {
  const places = [...filesBelow(LIB)]
    .filter(
      ([file]) => file.endsWith('.js') && file.startsWith(folder) && !/schema\/files|examples|rules-by-file/.test(file),
    )
    .flatMap(([file, text]) => mutationsOf(text).map((mutation) => ({ file, mutation })));
  const next = numbers(Number(seed));
  return Array.from({ length: Number(count) }, () => places[Math.floor(next() * places.length)]).filter(
    (place) => place !== undefined,
  );
}

/** Whether the tests that load a file fail while it is changed; a file that cannot be loaded any more counts too. */
function isNoticed({ file, mutation }: Place): boolean {
  const path = join(LIB, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(text, mutation));
  try {
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const args = [jest, '--findRelatedTests', path, '--bail', '--silent', '--passWithNoTests', '--forceExit'];
    // What is changed must be among the roots, or jest does not know which tests load it.
    const roots = ['--roots', join(ROOT, 'build/lib'), '--roots', join(ROOT, 'build/test')];
    const ignored = [
      '--testPathIgnorePatterns',
      'integration',
      'test/package',
      'init-project',
      'api-docs',
      'test/docs',
    ];
    return (
      spawnSync(process.execPath, [...args, ...roots, ...ignored], { cwd: ROOT, stdio: 'ignore', timeout: 300_000 })
        .status !== 0
    );
  } finally {
    writeFileSync(path, text);
  }
}

const places = draw();
let noticed = 0;
for (const place of places) {
  if (isNoticed(place)) {
    noticed += 1;
    continue;
  }
  const { file, mutation } = place;
  const before = readFileSync(join(LIB, file), 'utf8').slice(0, mutation.offset).split('\n');
  const line = readFileSync(join(LIB, file), 'utf8').split('\n')[before.length - 1]?.trim() ?? '';
  process.stdout.write(
    `not noticed: ${file}:${before.length} "${mutation.before}" to "${mutation.after}" in: ${line.slice(0, 120)}\n`,
  );
}
process.stdout.write(`${noticed} of ${places.length} changes noticed (seed ${seed})\n`);
