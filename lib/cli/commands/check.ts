import { InvalidArgumentError, Option } from 'commander';
import type { Finding } from '../../analysis/check/finding';
import type { ReportFormat } from '../../analysis/check/reporters/render-findings';
import type { Target } from '../../upstream/releases/target';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { DEFAULT_INPUT, INPUTS_HELP, readInputFiles } from '../inputs';
import { packageInfo } from '../package-info';
import { targetOption } from '../target-option';

/** Named here too, as loading the checker to print a help text would take longer than everything else together. */
const FORMATS = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab'] as const satisfies readonly ReportFormat[];

interface CheckFlags {
  readonly output: ReportFormat;
  readonly failOn: 'error' | 'warning';
  readonly rule?: readonly string[];
  readonly skip?: readonly string[];
  readonly complete?: true;
  readonly exclude?: readonly string[];
  readonly target?: Target;
  readonly watch?: true;
}

/** `check`: finds mistakes in any manifests. */
export function checkCommand(io: CliIo): CliCommand {
  return new CliCommand('check')
    .summary('find what would break before you apply it')
    .description(
      'Looks for mistakes in Kubernetes, Istio, Teleport and tbot manifests, including those inside ConfigMaps and Helm values: identities that are never accepted, sockets that are never found, policies that do not do what they appear to. All files are checked together; files of several clusters, each in its own directory, are checked cluster by cluster.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'output format').choices(FORMATS).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that causes exit code 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option('--rule <rule>', 'apply only this rule; unreadable input is still reported; may be repeated', addRule)
    .option(
      '--skip <rule>',
      'skip this rule; rules that report unreadable input cannot be skipped; may be repeated',
      addRule,
    )
    .option(
      '--complete',
      'treat the files as the complete configuration, and also report references to objects that are missing',
    )
    .option('--watch', 'check again whenever a file changes, until interrupted')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio check', 'check dist/')
    .example(
      'npx teleport-istio check manifests/ values.yaml --target istio=1.29,teleport=18.6.4',
      'check any manifests',
    )
    .example('helm template my-chart | npx teleport-istio check -', 'check what Helm would install')
    .example('npx teleport-istio check --output sarif > findings.sarif', 'write a file for code scanning')
    .example(
      'npx teleport-istio check -o gitlab > gl-code-quality-report.json',
      'write a report for GitLab merge requests',
    )
    .exits({
      0: 'no findings at or above --fail-on',
      1: 'there are such findings',
      2: 'a file, a document or the command line is invalid; everything else is still checked',
    })
    .runs(async (paths: readonly string[], flags: CheckFlags): Promise<ExitCode> => {
      if (!flags.watch) return checkOnce(io, paths, flags);
      const { watchInputs } = require('../watch-inputs') as typeof import('../watch-inputs');
      return watchInputs(io, paths, flags.exclude ?? [], () => checkOnce(io, paths, flags));
    });
}

async function checkOnce(io: CliIo, paths: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const input = await readInputFiles(io, paths, flags.exclude);
  const { renderFindings, summarize } = require('../../check') as typeof import('../../check');
  const { checkTogether } =
    require('../../analysis/check/check-together') as typeof import('../../analysis/check/check-together');
  const { rule, skip, target, complete } = flags;
  if (target?.istioIsFuture) {
    io.stderr.write(
      `Istio ${target.istio} is newer than this version supports; its new features are treated as unknown\n`,
    );
  }
  let holdsNothing = false;
  const findings = checkTogether(input.files, {
    problems: input.unread,
    onNothing: () => {
      holdsNothing = true;
    },
    ...(rule !== undefined && { rules: rule }),
    ...(skip !== undefined && { skip }),
    ...(target !== undefined && { target }),
    ...(complete !== undefined && { complete }),
  });
  const files = input.files.map(({ file }) => file);
  const { version, repository } = packageInfo();
  const report = {
    files,
    color: io.color,
    toolVersion: version,
    failOn: flags.failOn,
    holdsNothing,
    ...(repository !== undefined && { toolAddress: repository.url.replace(/^git\+|\.git$/g, '') }),
  };
  io.stdout.write(renderFindings(flags.output, findings, report));
  // The text ends with it; other formats are not for people, but somebody may be watching.
  if (flags.output !== 'text') io.stderr.write(`${summarize(findings, report)}\n`);
  return exitCode(findings, flags.failOn);
}

function exitCode(findings: readonly Finding[], failOn: CheckFlags['failOn']): ExitCode {
  const { UNREAD } =
    require('../../model/documents/read-problem') as typeof import('../../model/documents/read-problem');
  if (findings.some(({ rule }) => UNREAD.has(rule))) return 2;
  return findings.some(({ severity }) => failOn === 'warning' || severity === 'error') ? 1 : 0;
}

function addRule(id: string, before: readonly string[] = []): readonly string[] {
  if (!/^[a-z]/.test(id)) throw new InvalidArgumentError('Write the id of a rule; "explain --list" lists them.');
  return [...before, id];
}
