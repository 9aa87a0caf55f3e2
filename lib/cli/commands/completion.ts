import { Argument } from 'commander';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { completionScript, SHELLS, type Shell } from '../completion-scripts';
import type { ExitCode } from '../exit-code';

/** `completion`: the script that lets a shell complete commands, flags and values. */
export function completionCommand(io: CliIo, program: CliCommand): CliCommand {
  return new CliCommand('completion')
    .summary('print the completion script for a shell')
    .description('Prints a script that lets the shell complete commands, flags and their values.')
    .addArgument(new Argument('<shell>', 'shell to print the script for').choices(SHELLS))
    .example('source <(npx teleport-istio completion bash)', 'enable completion in this bash session')
    .example('npx teleport-istio completion zsh > _teleport-istio', 'write a file for a directory in zsh’s $fpath')
    .example('npx teleport-istio completion fish > teleport-istio.fish', 'write a file for ~/.config/fish/completions')
    .exits({ 0: 'the script was printed', 2: 'the shell is not supported' })
    .runs((shell: Shell): ExitCode => {
      io.stdout.write(completionScript(shell, program));
      return 0;
    });
}
