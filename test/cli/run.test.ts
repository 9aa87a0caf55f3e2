import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CliCommand } from '../../lib/cli/cli-command';
import { commandReference } from '../../lib/cli/command-reference';
import { processIo } from '../../lib/cli/process-io';
import { createProgram } from '../../lib/cli/program';
import { ROOT } from '../golden/written-files';
import { runCli } from './run-cli';

const MAIN = join(ROOT, 'build/lib/cli/main.js');
const program = createProgram(processIo());
const commands = program.commands as readonly CliCommand[];

test('--version says which package it is and which releases it is for', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { exitCode, stdout, stderr } = await runCli(['--version']);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(`teleport-istio ${version}\n`);
  expect(stdout).toMatch(/Istio 1\.28 to 1\.32.*Istio 1\.\d+\.\d+, Kubernetes 1\.\d+\.\d+, Teleport \d+\.\d+\.\d+/s);
});

test.each([
  [['chekc'], "unknown command 'chekc'", '(Did you mean check?)'],
  [['token', '--clster', 'x'], "unknown option '--clster'", '(Did you mean --cluster?)'],
  [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish', ''],
  [['completion'], "missing required argument 'shell'", ''],
  [['token', 'a', 'b'], 'too many arguments', ''],
])('%j is a mistake that is named, with what was probably meant', async (args, problem, suggestion) => {
  const { exitCode, stdout, stderr } = await runCli(args);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(problem);
  expect(stderr).toContain(suggestion);
});

test('without a command the help goes to standard error, as nothing was done', async () => {
  const { exitCode, stdout, stderr } = await runCli([]);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  for (const command of commands) expect(stderr).toContain(`  ${command.name()} `);
});

test.each(commands.map((command) => [command.name(), command] as const))(
  '%s has a summary, examples and exit codes in its help',
  async (name, command) => {
    const { exitCode, stdout } = await runCli([name, '--help']);

    expect(exitCode).toBe(0);
    expect(command.summary()).not.toBe('');
    expect(command.examples.length).toBeGreaterThan(0);
    expect(Object.keys(command.exitCodes)).toEqual(expect.arrayContaining(['0', '2']));
    for (const { shell, does } of command.examples) expect(stdout).toContain(`  # ${does}\n  ${shell}\n`);
  },
);

test('docs/cli.md is what the commands say of themselves', () => {
  expect(readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')).toBe(commandReference(program));
});

test('help and version load nothing heavy, so they come at once', async () => {
  // A thread has modules of its own, as a process has.
  const list = `
    const { parentPort } = require('node:worker_threads');
    process.on('exit', () => parentPort.postMessage(Object.keys(require.cache)));
    require(${JSON.stringify(MAIN)});`;
  for (const args of [['--version'], ['--help'], ...commands.map((command) => [command.name(), '--help'])]) {
    const thread = new Worker(list, { eval: true, argv: args, stdout: true, stderr: true });
    const [loaded]: (readonly string[])[] = await once(thread, 'message');

    expect(loaded).toContain(MAIN);
    const packages = loaded?.flatMap((file) => file.match(/(?<=node_modules\/)(@[^/]+\/)?[^/]+/)?.[0] ?? []);
    expect([...new Set(packages)]).toEqual(['commander']);
  }
});

test.each([
  ['of releases that have the option', process.versions.node, true],
  ['not of later ones, which may not have it', '27.0.0', false],
])('V8 is set to optimize less code at once before any of ours is loaded, %s', (_, node, changes) => {
  const tag = 'require("node:v8").cachedDataVersionTag()';
  const script = `const before = ${tag}; process.argv.push('--version');
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${node}' } });
    require(${JSON.stringify(MAIN)});
    process.on('exit', () => console.log(before !== ${tag}));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script, 'main'], { encoding: 'utf8' });

  expect(stderr).toBe('');
  expect(stdout.endsWith(`\n${changes}\n`)).toBe(true);
  expect(readFileSync(MAIN, 'utf8')).toMatch(/optimizeLess\)\(.*exit-code"\)/s);
});

test('a reader that stops early is not an error', () => {
  // `true` has ended long before anything is written.
  const script = `${process.execPath} ${MAIN} explain --list | true; echo "$\{PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });

  expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
});

test('standard input of another program and the exit code reach the command and the shell', () => {
  const script = `echo '{"keys":[]}' | ${process.execPath} ${MAIN} token 2>&1; echo "exit $?"`;

  expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toMatch(
    /^error: the JWKS has no keys\. .*\nexit 2\n$/s,
  );
});
