import { Option } from 'commander';
import type { CallGroups } from '../../analysis/call-groups/call-groups';
import type { CountedCalls } from '../../analysis/call-groups/may-call';
import type { FleetModel } from '../../analysis/fleet/fleet-model';
import type { AccessChange } from '../../analysis/matrix/access-change';
import type { AccessMatrix } from '../../analysis/matrix/access-matrix';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { saidUnknown, showFleet, showFleetChanges } from '../fleet/fleet-access';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { type FleetInput, type MeshFlags, readFleet, refuseNothing } from '../mesh-input';
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
      if (against === undefined && after.mesh !== undefined) refuseNothing(after.mesh);
      if (groups !== undefined) {
        const found = access.callGroups(after.mesh ?? after.fleet, { counted: groups });
        io.stdout.write(writers.groups?.(access)(found) ?? '');
        return 0;
      }
      if (against === undefined) {
        if (after.mesh === undefined) return showFleet(io, access, after.fleet, output);
        const matrix = access.accessMatrix(after.mesh);
        io.stdout.write(writers.matrix(access)(matrix));
        return saidUnknown(io, [matrix]) ? 2 : 0;
      }
      const before = await readFleet(io, against, flags);
      if (after.mesh === undefined || before.mesh === undefined) {
        return showFleetChanges(io, access, asFleet(before, against), asFleet(after, paths), output);
      }
      refuseNothing(before.mesh, after.mesh);
      const changes = access.compareAccess(before.mesh, after.mesh);
      io.stdout.write(writers.changes?.(access)(changes) ?? '');
      if (changes.some(({ kind }) => kind === 'unknown')) return 2;
      return changes.length === 0 ? 0 : 1;
    });
}

/** Clusters by their names; of one that has none nobody can say which of several it is. */
function asFleet({ fleet }: FleetInput, paths: readonly string[]): FleetModel {
  if (fleet !== undefined) return fleet;
  throw new UserError(
    `one side has the files of several clusters, and ${paths.join(', ') || DEFAULT_INPUT} those of one that does not state its name (global.multiCluster.clusterName): pass one cluster’s directory on each side`,
  );
}

function addPath(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}
