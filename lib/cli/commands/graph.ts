import { Option } from 'commander';
import type { AccessGraph } from '../../analysis/graph/access-graph';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { type MeshFlags, readFleet } from '../mesh-input';
import { targetOption } from '../target-option';

type Access = typeof import('../../access');

/** Writers by the name of the format. */
const FORMATS = {
  mermaid: ({ graphToMermaid }) => graphToMermaid,
  dot: ({ graphToDot }) => graphToDot,
  svg: ({ graphToSvg }) => graphToSvg,
  html: ({ graphToHtml }) => graphToHtml,
} as const satisfies Readonly<Record<string, (access: Access) => (graph: AccessGraph) => string | Promise<string>>>;

interface GraphFlags extends MeshFlags {
  readonly output: keyof typeof FORMATS;
  readonly all?: boolean;
}

/** `graph`: a picture of who may call whom. */
export function graphCommand(io: CliIo): CliCommand {
  return new CliCommand('graph')
    .summary('draw who may call whom')
    .description(
      'Draws services by namespace: who may call them and how, their mTLS modes, and what is open to the outside. Files of several clusters, each in a directory of its own, are drawn as one picture with a box for each cluster.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'what to write').choices(Object.keys(FORMATS)).default('mermaid'))
    .option('--all', 'also draw tbot and the CSI driver, which are left out where no policy concerns them')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio graph dist/', 'text that GitHub draws in a ```mermaid block')
    .example('npx teleport-istio graph dist/ --output html > graph.html', 'a page without outside references')
    .example('npx teleport-istio graph dist/ -o dot > graph.dot', 'for Graphviz')
    .exits({
      0: 'drawn',
      2: 'the manifests cannot be read, or leave out what decides about some calls; the others are drawn',
    })
    .runs(async (paths: readonly string[], { output, all, ...flags }: GraphFlags): Promise<ExitCode> => {
      const access = require('../../access') as Access;
      const { mesh, fleet } = await readFleet(io, paths, flags);
      const options = { all: all === true };
      const graph = mesh === undefined ? access.fleetGraph(fleet, options) : access.accessGraph(mesh, options);
      io.stdout.write(await FORMATS[output](access)(graph));
      if (graph.unknown === undefined) return 0;
      io.stderr.write(`some calls are not known: ${graph.unknown}\n`);
      return 2;
    });
}
