import { Option } from 'commander';
import type { CallGroups } from '../../analysis/call-groups/call-groups';
import type { CountedCalls } from '../../analysis/call-groups/may-call';
import type { FleetMember } from '../../analysis/fleet/fleet-member';
import type { AccessChange } from '../../analysis/matrix/access-change';
import type { AccessMatrix } from '../../analysis/matrix/access-matrix';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { sectionsToJson, sectionsToMarkdown, sectionsToText } from '../fleet-sections';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { type MeshFlags, readFleet } from '../mesh-input';
import { targetOption } from '../target-option';
import { UserError } from '../user-error';

type Access = typeof import('../../access');

/** Writers by the name of the format; what has no writer for changes or groups cannot show them. */
const FORMATS = {
  table: {
    matrix: ({ matrixToTable }) => matrixToTable,
    changes: ({ changesToText }) => changesToText,
    groups: ({ groupsToText }) => groupsToText,
  },
  json: {
    matrix: ({ matrixToJson }) => matrixToJson,
    changes: ({ changesToJson }) => changesToJson,
    groups: ({ groupsToJson }) => groupsToJson,
  },
  markdown: {
    matrix: ({ matrixToMarkdown }) => matrixToMarkdown,
    changes: ({ changesToMarkdown }) => changesToMarkdown,
    groups: ({ groupsToMarkdown }) => groupsToMarkdown,
  },
  csv: { matrix: ({ matrixToCsv }) => matrixToCsv },
  html: { matrix: ({ matrixToHtml }) => matrixToHtml },
} as const satisfies Readonly<Record<string, Writers>>;

interface Writers {
  readonly matrix: (access: Access) => (matrix: AccessMatrix) => string;
  readonly changes?: (access: Access) => (changes: readonly AccessChange[]) => string;
  readonly groups?: (access: Access) => (groups: CallGroups) => string;
}

interface AccessFlags extends MeshFlags {
  readonly output: keyof typeof FORMATS;
  readonly against?: readonly string[];
  readonly groups?: CountedCalls;
}

/** `access`: who may call whom, and how a change affects that. */
export function accessCommand(io: CliIo): CliCommand {
  return new CliCommand('access')
    .summary('list who may call whom, or what a change opens and closes')
    .description(
      'Evaluates every caller against every port, and every workload against each external host that a ServiceEntry names. With --against, prints only the pairs whose access differs from that of other manifests, newly allowed ones first. Files of several clusters, each in its own directory, are evaluated cluster by cluster, and then for calls between the clusters.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'output format').choices(Object.keys(FORMATS)).default('table'))
    .option('--against <path>', 'compare with the old manifests in this file or directory; may be repeated', addPath)
    .addOption(
      new Option(
        '--groups <calls>',
        'print groups of workloads that do not call each other, counting every call that is allowed, or only those from callers that a policy names',
      )
        .choices(['possible', 'named'])
        .conflicts('against'),
    )
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio access dist/', 'print the matrix')
    .example('npx teleport-istio access dist/ --output html > access.html', 'write a page for browsers')
    .example('npx teleport-istio access dist/ --against main-dist/ -o markdown', 'comment on a pull request')
    .example(
      'npx teleport-istio access --groups named dist/',
      'see what can move to another certificate authority independently',
    )
    .exits({
      0: 'printed; with --against, nothing differs',
      1: 'with --against, access differs',
      2: 'the manifests cannot be read, or do not determine the answer for some pairs; the other answers are printed',
    })
    .runs(async (paths: readonly string[], { output, against, groups, ...flags }: AccessFlags): Promise<ExitCode> => {
      const access = require('../../access') as Access;
      const writers: Writers = FORMATS[output];
      if (against !== undefined && writers.changes === undefined) {
        throw new UserError(`--output ${output} does not support --against; use table, json or markdown`);
      }
      if (groups !== undefined && writers.groups === undefined) {
        throw new UserError(`--output ${output} does not support --groups; use table, json or markdown`);
      }
      const after = await readFleet(io, paths, flags);
      if (groups !== undefined) {
        if (after.mesh === undefined) throw new UserError('--groups works on one cluster: pass its directory');
        io.stdout.write(writers.groups?.(access)(access.callGroups(after.mesh, { counted: groups })) ?? '');
        return 0;
      }
      if (against === undefined) {
        if (after.mesh === undefined) return showFleet(io, access, after.fleet.clusters, output) ? 2 : 0;
        const matrix = access.accessMatrix(after.mesh);
        io.stdout.write(writers.matrix(access)(matrix));
        return saidUnknown(io, [matrix]) ? 2 : 0;
      }
      const before = await readFleet(io, against, flags);
      if (after.mesh === undefined || before.mesh === undefined) {
        throw new UserError(
          '--against compares two versions of one cluster: pass one cluster’s directory on each side',
        );
      }
      const changes = access.compareAccess(before.mesh, after.mesh);
      io.stdout.write(writers.changes?.(access)(changes) ?? '');
      if (changes.some(({ kind }) => kind === 'unknown')) return 2;
      return changes.length === 0 ? 0 : 1;
    });
}

/** Says why some pairs have no answer, if there are such. */
function saidUnknown(io: CliIo, matrices: readonly AccessMatrix[]): boolean {
  const { whyUnknown } =
    require('../../analysis/matrix/access-matrix') as typeof import('../../analysis/matrix/access-matrix');
  const reasons = new Set(matrices.flatMap((matrix) => whyUnknown(matrix) ?? []));
  for (const reason of reasons) io.stderr.write(`some pairs could not be decided: ${reason}\n`);
  return reasons.size > 0;
}

/** Writes each cluster's matrix, then what gets through between clusters; says whether some of it is unknown. */
function showFleet(io: CliIo, access: Access, members: readonly FleetMember[], output: AccessFlags['output']): boolean {
  if (output === 'html') {
    throw new UserError(
      `--output ${output} shows one cluster: pass its directory, or use table, json, markdown or csv`,
    );
  }
  const matrices = members.map(({ name, model }) => ({ name, matrix: access.accessMatrix(model) }));
  io.stdout.write(fleetText(access, matrices, members, output));
  return saidUnknown(
    io,
    matrices.map(({ matrix }) => matrix),
  );
}

function fleetText(
  access: Access,
  matrices: readonly { readonly name: string; readonly matrix: AccessMatrix }[],
  members: readonly FleetMember[],
  output: Exclude<AccessFlags['output'], 'html'>,
): string {
  const { callsBetween } =
    require('../../analysis/fleet/calls-between') as typeof import('../../analysis/fleet/calls-between');
  const { callsToMarkdown, callsToText, fleetToCsv, plainCalls } =
    require('../../analysis/fleet/render-calls-between') as typeof import('../../analysis/fleet/render-calls-between');
  const { plainMatrix } =
    require('../../analysis/matrix/render-matrix') as typeof import('../../analysis/matrix/render-matrix');
  const between = callsBetween(members);
  if (output === 'json') {
    const clusters = Object.fromEntries(matrices.map(({ name, matrix }) => [name, plainMatrix(matrix)]));
    return sectionsToJson({ clusters, between: plainCalls(between) });
  }
  if (output === 'csv') return fleetToCsv(matrices, between);
  const sections = matrices.map(({ name, matrix }) => ({
    title: name,
    text: output === 'table' ? access.matrixToTable(matrix) : access.matrixToMarkdown(matrix),
  }));
  const text = output === 'table' ? callsToText(between) : callsToMarkdown(between);
  const all = [...sections, { title: 'between clusters', text }];
  return output === 'table' ? sectionsToText(all) : sectionsToMarkdown(all);
}

function addPath(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}
