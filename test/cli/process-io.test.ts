import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wantsColor } from '../../lib/cli/process-io';
import { ROOT } from '../golden/written-files';

const PROCESS_IO = join(ROOT, 'build/lib/cli/process-io.js');

function inProcess(script: string, options: { readonly input?: string; readonly path?: string } = {}) {
  const source = `const { processIo } = require(${JSON.stringify(PROCESS_IO)}); const io = processIo();\n${script}`;
  return spawnSync(process.execPath, ['-e', source], {
    encoding: 'utf8',
    input: options.input ?? '',
    env: { PATH: options.path ?? process.env.PATH },
  });
}

test.each([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %j and a terminal: %j, colours: %j', (environment, isTerminal, expected) => {
  expect(wantsColor(environment, isTerminal)).toBe(expected);
});

test('what takes longer than a second is announced even while the program computes, and nothing else is', () => {
  // As computing does, this keeps the program's own timers from running; it leaves the processor to others.
  const compute = (milliseconds: number) =>
    `io.announce('computing'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds});`;

  expect(inProcess(compute(2500)).stderr).toBe('computing …\n');
  expect(inProcess(compute(50)).stderr).toBe('');
});

test('kubectl gets its arguments as they are, without a shell, and its input', () => {
  const bin = mkdtempSync(join(tmpdir(), 'kubectl-'));
  try {
    writeFileSync(join(bin, 'kubectl'), '#!/bin/sh\nprintf "%s|" "$@"\ncat\n', { mode: 0o755 });
    const { stdout } = inProcess(
      `io.kubectl(['get', '$(echo pwned); echo pwned'], 'input').then((text) => process.stdout.write(text));`,
      { path: `${bin}:${process.env.PATH}` },
    );

    expect(stdout).toBe('get|$(echo pwned); echo pwned|input');
  } finally {
    rmSync(bin, { recursive: true });
  }
});

test('a kubectl that fails, or is not there, is an error in its own words', () => {
  const bin = mkdtempSync(join(tmpdir(), 'kubectl-'));
  const ask = `io.kubectl(['get'], 'x'.repeat(1e6)).catch((error) => process.stdout.write(error.name + ': ' + error.message));`;
  try {
    expect(inProcess(ask, { path: bin }).stdout).toMatch(/^UserError: kubectl cannot be run: .*ENOENT/);
    writeFileSync(join(bin, 'kubectl'), '#!/bin/sh\necho "no such kind" >&2\nexit 1\n', { mode: 0o755 });
    expect(inProcess(ask, { path: bin }).stdout).toBe('UserError: kubectl get failed: no such kind');
  } finally {
    rmSync(bin, { recursive: true });
  }
});

test('standard input is read to its end, whatever it is', () => {
  const text = 'ä'.repeat(200_000);

  expect(
    inProcess('io.readStdin().then((read) => process.stdout.write(String(read.length / 2)));', { input: text }).stdout,
  ).toBe('200000');
});

test('who ends the input instead of answering is not asked for ever', () => {
  const { stdout } = inProcess(`io.ask('Name? ').catch((error) => process.stdout.write(error.message));`);

  expect(stdout).toBe('no answer');
});

test.each(['kubectl', 'tctl'])(
  'a %s that never answers is ended, also where it has started something that holds its output',
  (program) => {
    const folder = mkdtempSync(join(tmpdir(), 'hanging-'));
    writeFileSync(join(folder, program), '#!/bin/sh\nsleep 5 &\nwait\n', { mode: 0o755 });
    const call = program === 'kubectl' ? `io.kubectl(['get'], '', 300)` : `io.tctl(['get'], 300)`;
    const { stdout, signal } = inProcess(`${call}.catch(({ message }) => { console.log(message); process.exit(); });`, {
      path: `${folder}:/usr/bin:/bin`,
    });
    rmSync(folder, { recursive: true });

    expect(signal).toBeNull();
    expect(stdout).toBe(`${program} get took more than 0.3 s\n`);
  },
);
