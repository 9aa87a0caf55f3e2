import { Argument } from 'commander';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { completionScript, SHELLS, type Shell } from '../completion-scripts';
import type { ExitCode } from '../exit-code';

/** `completion`: what a shell needs to complete our commands and flags. */
export function completionCommand(io: CliIo, program: CliCommand): CliCommand {
  return new CliCommand('completion')
    .summary('print the completion script for a shell')
    .description('Prints a script that lets the shell complete commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .example('source <(npx teleport-istio completion bash)', 'complete in this bash')
    .example('npx teleport-istio completion zsh > _teleport-istio', 'a file for a directory of zsh’s $fpath')
    .example('npx teleport-istio completion fish > teleport-istio.fish', 'a file for ~/.config/fish/completions')
    .exits({ 0: 'the script was printed', 2: 'there is no script for the shell' })
    .runs((shell: Shell): ExitCode => {
      io.stdout.write(completionScript(shell, program));
      return 0;
    });
}
