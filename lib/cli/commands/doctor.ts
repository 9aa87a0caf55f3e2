import { Option } from 'commander';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { addName, addPath, addPod, type DoctorFlags, parseDuration } from '../doctor/doctor-flags';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';

/** `doctor`: what is wrong with the running mesh, and why. */
export function doctorCommand(io: CliIo): CliCommand {
  return new CliCommand('doctor')
    .summary('say what is wrong with the running mesh, and why')
    .description(
      'Asks the cluster through kubectl, reads only, and looks at it in the order in which its parts depend on each other: nodes, tbot, the CSI driver, istiod, injection, certificates, policies. A line each: ✓ is well, × is broken, ‼ will or may break, – could not be looked at. With a directory it diagnoses the snapshot in it instead, without a cluster.',
    )
    .argument(
      '[snapshot]',
      'directory that --save has written, instead of a cluster; or one with such a directory for each cluster of a fleet',
    )
    .option('--context <name>', 'context of the kubeconfig to use')
    .option('--kubeconfig <file>', 'kubeconfig to use')
    .option(
      '-n, --namespace <name>',
      'look at this namespace, and at those of istiod and tbot, only; may be repeated',
      addName,
    )
    .option('--pods <namespace/pod>', 'ask the proxy of this pod instead of a sample; may be repeated', addPod)
    .option('--all', 'ask every proxy instead of a sample')
    .option('--pre', 'look whether the mesh can be installed, before anything is')
    .option('--expect <path>', 'say also what runs otherwise than the manifests there; may be repeated', addPath)
    .addOption(excludeOption())
    .option(
      '--save <directory>',
      'write what the cluster said, without secrets, as files that can be sent and diagnosed again',
    )
    .option('--redact', 'replace names and addresses in what is saved and said, the same by the same')
    .addOption(new Option('--wait <duration>', 'look again until all is well, for so long').argParser(parseDuration))
    .option('--watch', 'look again every 10 seconds until interrupted')
    .addOption(
      new Option('--timeout <duration>', 'longest that asking the cluster may take')
        .default(120_000, '2m')
        .argParser(parseDuration),
    )
    .addOption(
      new Option(
        '--tctl <when>',
        'ask Teleport for the token, the identity and the instances of the bot: where tctl answers, always (else the exit code is 2), or never',
      )
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'least severity that ends with exit code 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print it')
        .choices(['text', 'json', 'junit', 'markdown'])
        .default('text'),
    )
    .option('--rbac', 'print the ClusterRole that doctor needs, and nothing else')
    .example('npx teleport-istio doctor', 'what is wrong?')
    .example('npx teleport-istio doctor --expect dist/', 'what is wrong, and what runs otherwise than written?')
    .example('npx teleport-istio doctor --save snapshot/', 'record the cluster for somebody else')
    .example('npx teleport-istio doctor snapshot/', 'diagnose what somebody recorded')
    .exits({
      0: 'everything was looked at, and no finding is at or above --fail-on',
      1: 'there are such findings',
      2: 'there is none, but something could not be looked at; or nothing could be said at all',
    })
    .runs(async (directory: string | undefined, flags: DoctorFlags): Promise<ExitCode> => {
      const { runDoctor } = require('../doctor/run-doctor') as typeof import('../doctor/run-doctor');
      return runDoctor(io, directory, flags);
    });
}
