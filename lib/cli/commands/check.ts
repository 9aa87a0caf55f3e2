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

/** `check`: finds what would break, in any manifests. */
export function checkCommand(io: CliIo): CliCommand {
  return new CliCommand('check')
    .summary('find what would break before you apply it')
    .description(
      'Looks for mistakes in Kubernetes, Istio, Teleport and tbot manifests, including those inside ConfigMaps and Helm values: identities that are never accepted, sockets that are never found, policies that do not mean what they seem to. All files are checked together; files of several clusters, each in a directory of its own, are checked cluster by cluster.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'how to print findings').choices(FORMATS).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'lowest severity that causes exit code 1')
        .choices(['error', 'warning'])
        .default('error'),
    )
    .option(
      '--rule <id>',
      'apply only this rule; what cannot be read is reported all the same; may be repeated',
      addRule,
    )
    .option('--skip <id>', 'skip this rule, unless it reports what cannot be read; may be repeated', addRule)
    .option('--complete', 'assume that the files are everything there is, so that what is missing is a finding too')
    .option('--watch', 'check again whenever a file changes, until interrupted')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio check', 'check dist/')
    .example('npx teleport-istio check manifests/ values.yaml --target istio=1.29,teleport=18.6.4', 'check any YAML')
    .example('helm template my-chart | npx teleport-istio check -', 'check what Helm would install')
    .example('npx teleport-istio check --output sarif > findings.sarif', 'for code scanning')
    .example('npx teleport-istio check -o gitlab > gl-code-quality-report.json', 'for GitLab’s merge requests')
    .exits({
      0: 'no findings at or above --fail-on',
      1: 'there are such findings',
      2: 'a file, a document or the command line is not usable; everything else is checked all the same',
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
    io.stderr.write(`Istio ${target.istio} is newer than this version knows: what is new in it counts as unknown\n`);
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
  if (!/^[a-z]/.test(id)) throw new InvalidArgumentError('Write the id of a rule; "explain --list" has them.');
  return [...before, id];
}
