import { Option } from 'commander';
import type { AccessMatrix } from '../../analysis/matrix/access-matrix';
import type { AccessChange } from '../../analysis/matrix/compare-access';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { type MeshFlags, readMesh } from '../mesh-input';
import { targetOption } from '../target-option';
import { UserError } from '../user-error';

type Access = typeof import('../../access');

/** Writers by the name of the format; what has no writer for changes cannot show them. */
const FORMATS = {
  table: { matrix: ({ matrixToTable }) => matrixToTable, changes: ({ changesToText }) => changesToText },
  json: { matrix: ({ matrixToJson }) => matrixToJson, changes: ({ changesToJson }) => changesToJson },
  markdown: {
    matrix: ({ matrixToMarkdown }) => matrixToMarkdown,
    changes: ({ changesToMarkdown }) => changesToMarkdown,
  },
  csv: { matrix: ({ matrixToCsv }) => matrixToCsv },
  html: { matrix: ({ matrixToHtml }) => matrixToHtml },
} as const satisfies Readonly<Record<string, Writers>>;

interface Writers {
  readonly matrix: (access: Access) => (matrix: AccessMatrix) => string;
  readonly changes?: (access: Access) => (changes: readonly AccessChange[]) => string;
}

interface AccessFlags extends MeshFlags {
  readonly output: keyof typeof FORMATS;
  readonly against?: readonly string[];
}

/** `access`: who may call whom, and what a change does to that. */
export function accessCommand(io: CliIo): CliCommand {
  return new CliCommand('access')
    .summary('list who may call whom, or what a change opens and closes')
    .description(
      'Decides for every caller and every port. With --against it prints only the pairs whose access differs from that of other manifests, what opens first.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'how to print it').choices(Object.keys(FORMATS)).default('table'))
    .option(
      '--against <path>',
      'compare with the manifests in this file or folder, which are the old ones; may be repeated',
      addPath,
    )
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio access dist/', 'print the matrix')
    .example('npx teleport-istio access dist/ --output html > access.html', 'make a page to look at')
    .example('npx teleport-istio access dist/ --against main-dist/ -o markdown', 'comment on a pull request')
    .exits({
      0: 'printed; with --against, nothing differs',
      1: 'with --against, access differs',
      2: 'the manifests cannot be read',
    })
    .runs(async (paths: readonly string[], { output, against, ...flags }: AccessFlags): Promise<ExitCode> => {
      const access = require('../../access') as Access;
      const writers: Writers = FORMATS[output];
      if (against !== undefined && writers.changes === undefined) {
        throw new UserError(`${output} has no form for changes; use --output table, json or markdown with --against`);
      }
      const mesh = await readMesh(io, paths, flags);
      if (against === undefined) {
        io.stdout.write(writers.matrix(access)(access.accessMatrix(mesh)));
        return 0;
      }
      const changes = access.compareAccess(await readMesh(io, against, flags), mesh);
      io.stdout.write(writers.changes?.(access)(changes) ?? '');
      return changes.length === 0 ? 0 : 1;
    });
}

function addPath(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}
