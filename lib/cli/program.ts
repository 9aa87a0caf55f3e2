import { KNOWN_ISTIO_LINES } from '../upstream/releases/istio-lines';
import { Target } from '../upstream/releases/target';
import { CliCommand } from './cli-command';
import type { CliIo } from './cli-io';
import { accessCommand } from './commands/access';
import { canCommand } from './commands/can';
import { checkCommand } from './commands/check';
import { completionCommand } from './commands/completion';
import { diffCommand } from './commands/diff';
import { doctorCommand } from './commands/doctor';
import { explainCommand } from './commands/explain';
import { graphCommand } from './commands/graph';
import { initCommand } from './commands/init';
import { sidecarTemplateCommand } from './commands/sidecar-template';
import { testCommand } from './commands/test';
import { tokenCommand } from './commands/token';
import { uninstallCommand } from './commands/uninstall';
import { versionsCommand } from './commands/versions';
import { packageInfo } from './package-info';

/** All commands, in the order people meet them. What a command needs to do its work is loaded when it runs, not here. */
const COMMANDS: readonly ((io: CliIo, program: CliCommand) => CliCommand)[] = [
  initCommand,
  checkCommand,
  explainCommand,
  canCommand,
  accessCommand,
  testCommand,
  graphCommand,
  diffCommand,
  doctorCommand,
  versionsCommand,
  tokenCommand,
  sidecarTemplateCommand,
  uninstallCommand,
  completionCommand,
];

/** The command tree. */
export function createProgram(io: CliIo): CliCommand {
  const program = new CliCommand('teleport-istio');
  program
    .description(
      'Istio with workload identities from Teleport: set up, check, query and compare a mesh without a cluster.',
    )
    .version(versionText(), '-V, --version', 'print the version and the releases it supports')
    .example('npx teleport-istio help token', 'show a command’s help, with examples')
    .exits({
      0: 'success, nothing to report',
      1: 'there is something to report: findings, a denial, a difference',
      2: 'the command line or an input is invalid',
    })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => io.color,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .showHelpAfterError('(add --help for examples)');
  for (const create of COMMANDS) {
    const command = create(io, program);
    program.addCommand(command.copyInheritedSettings(program));
  }
  return program;
}

function versionText(): string {
  const { istio, kubernetes, teleport, csiDriver } = Target.of();
  const supported = `Istio ${KNOWN_ISTIO_LINES}`;
  return [
    `teleport-istio ${packageInfo().version}`,
    `supports ${supported}; unless stated otherwise, output and checks target`,
    `  Istio ${istio}, Kubernetes ${kubernetes}, Teleport ${teleport}, SPIFFE CSI driver ${csiDriver}`,
  ].join('\n');
}
