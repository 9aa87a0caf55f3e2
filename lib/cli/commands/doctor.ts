import { Option } from 'commander';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { addName, addPath, addPod, type DoctorFlags, parseDuration } from '../doctor/doctor-flags';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';

/** `doctor`: what is wrong with the running mesh, and why. */
export function doctorCommand(io: CliIo): CliCommand {
  return new CliCommand('doctor')
    .summary('find out what is wrong with the running mesh, and why')
    .description(
      'Queries the cluster through kubectl, read-only, and examines its parts in the order in which they depend on each other: nodes, tbot, the CSI driver, istiod, injection, certificates, policies. It prints a line for each: ✓ works, × is broken, ‼ will or may break, – could not be checked. Given a directory, it diagnoses the snapshot there instead, without a cluster.',
    )
    .argument(
      '[snapshot]',
      'directory that --save wrote, to diagnose instead of a cluster; or a directory with one such directory per cluster',
    )
    .option('--context <name>', 'kubeconfig context to use')
    .option('--kubeconfig <file>', 'kubeconfig file to use')
    .option(
      '-n, --namespace <name>',
      'examine only this namespace and those of istiod and tbot; may be repeated',
      addName,
    )
    .option('--pods <namespace/pod>', 'query the proxy of this pod instead of a sample; may be repeated', addPod)
    .option('--all', 'query every proxy instead of a sample')
    .option('--pre', 'check whether the mesh can be installed, before anything is installed')
    .option('--expect <path>', 'also report what differs from the manifests at this path; may be repeated', addPath)
    .addOption(excludeOption())
    .option(
      '--save <directory>',
      'save the cluster’s answers, without secrets, to files that can be shared and diagnosed again',
    )
    .option('--redact', 'replace names and addresses consistently in everything that is saved and printed')
    .addOption(
      new Option('--wait <duration>', 'check again until nothing is wrong, for at most this long').argParser(
        parseDuration,
      ),
    )
    .option('--watch', 'check again every 10 seconds, until interrupted')
    .addOption(
      new Option('--timeout <duration>', 'time limit for querying the cluster')
        .default(120_000, '2m')
        .argParser(parseDuration),
    )
    .addOption(
      new Option(
        '--tctl <when>',
        'query Teleport for the token, the identity and the bot’s instances: if tctl answers, always (otherwise the exit code is 2), or never',
      )
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that causes exit code 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .addOption(
      new Option('-o, --output <format>', 'output format')
        .choices(['text', 'json', 'junit', 'markdown'])
        .default('text'),
    )
    .option('--rbac', 'only print the ClusterRole that doctor needs')
    .example('npx teleport-istio doctor', 'what is wrong?')
    .example('npx teleport-istio doctor --expect dist/', 'what is wrong, and what differs from the manifests?')
    .example('npx teleport-istio doctor --save snapshot/', 'record the cluster for someone else')
    .example('npx teleport-istio doctor snapshot/', 'diagnose such a recording')
    .exits({
      0: 'everything was checked, and there is no finding at or above --fail-on',
      1: 'there are such findings',
      2: 'there are no such findings, but something could not be checked; or nothing could be determined',
    })
    .runs(async (directory: string | undefined, flags: DoctorFlags): Promise<ExitCode> => {
      const { runDoctor } = require('../doctor/run-doctor') as typeof import('../doctor/run-doctor');
      return runDoctor(io, directory, flags);
    });
}
