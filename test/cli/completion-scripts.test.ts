import { execFileSync } from 'node:child_process';
import { listRules } from '../../lib/check';
import type { CliCommand } from '../../lib/cli/cli-command';
import { completionScript, SHELLS } from '../../lib/cli/completion-scripts';
import { processIo } from '../../lib/cli/process-io';
import { createProgram } from '../../lib/cli/program';

const program = createProgram(processIo());
const commands = program.commands as readonly CliCommand[];

/** What bash offers where the cursor is at the end of the words. */
function complete(...words: readonly string[]): readonly string[] {
  const script = `${completionScript('bash', program)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
_teleport_istio
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { cwd: __dirname, encoding: 'utf8' })
    .split('\n')
    .filter((word) => word !== '');
}

test('bash completes commands', () => {
  expect(complete('teleport-istio', 'ch')).toEqual(['check']);
  expect(complete('teleport-istio', '')).toEqual(
    expect.arrayContaining([...commands.map((command) => command.name()), '--help', '--version']),
  );
});

test('bash completes the flags of the command that is there, and no others', () => {
  expect(complete('teleport-istio', 'check', '--f')).toEqual(['--fail-on']);
  expect(complete('teleport-istio', 'token', '--')).toEqual(
    expect.arrayContaining(['--cluster', '--name', '--bot', '--service-account']),
  );
  expect(complete('teleport-istio', 'token', '--f')).toEqual([]);
});

test('bash completes the values of a flag that has a choice, instead of files', () => {
  expect(complete('teleport-istio', 'graph', '--output', '')).toEqual(['mermaid', 'dot', 'svg', 'html']);
  expect(complete('teleport-istio', 'completion', 'b')).toEqual(['bash']);
});

test.each([['check', '--rule'], ['check', '--skip'], ['explain']])(
  'bash completes ids of rules after %s %s',
  (...words) => {
    expect(complete('teleport-istio', ...words, 'principal-has-s')).toEqual(['principal-has-scheme']);
  },
);

test.each(SHELLS)(
  'the script for %s has every rule for each flag and argument that takes one, and help does not',
  (shell) => {
    const ids = listRules().map(({ id }) => id);
    expect(completionScript(shell, program).split(ids.join(' '))).toHaveLength(4);
    const help = commands.find((command) => command.name() === 'check')?.helpInformation() ?? '';
    expect(help).toContain('--rule <rule>');
    expect(help).not.toContain(ids[0]);
  },
);

test('bash completes files elsewhere, also directories for flags that take a path', () => {
  expect(complete('teleport-istio', 'check', 'run.test.js')).toEqual(['run.test.js']);
  expect(complete('teleport-istio', 'access', '--against', 'comm')).toEqual(['commands']);
  expect(complete('teleport-istio', 'doctor', '--save', 'comm')).toEqual(['commands']);
  expect(complete('teleport-istio', 'token', '--name', 'run.test.js')).toEqual([]);
});

test.each(['zsh', 'fish'] as const)('the script for %s names every command, flag and choice', (shell) => {
  const script = completionScript(shell, program);
  for (const command of commands) {
    expect(script).toContain(command.name());
    for (const { long, required, argChoices } of command.options) {
      expect(script).toContain(shell === 'fish' ? `-l ${long?.slice(2)}` : `${long}${required ? '=' : ''}[`);
      if (argChoices) expect(script).toContain(argChoices.join(' '));
    }
  }
});

test('zsh offers flags again that may be repeated, and no others', () => {
  const script = completionScript('zsh', program);
  expect(script).toContain("'*--exclude=[");
  expect(script).toContain("'--fail-on=[");
});

test('the script for zsh completes at once where it is a file of $fpath, which zsh runs as a function', () => {
  expect(completionScript('zsh', program)).toContain(
    ' == _teleport-istio ]]; then\n  _teleport_istio\nelse\n  compdef _teleport_istio teleport-istio\nfi',
  );
});
