import { Option } from 'commander';
import type { AccessGraph } from '../../analysis/graph/access-graph';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { type MeshFlags, readFleet, refuseNothing } from '../mesh-input';
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
      'Draws services by namespace: who may call them and how, their mTLS modes, and what is exposed outside the mesh. Files of several clusters, each in its own directory, are drawn as one picture with a box for each cluster.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'output format').choices(Object.keys(FORMATS)).default('mermaid'))
    .option('--all', 'also draw tbot and the CSI driver, which are omitted unless a policy selects or names them')
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio graph dist/', 'a diagram for a ```mermaid block on GitHub')
    .example('npx teleport-istio graph dist/ --output html > graph.html', 'a self-contained page')
    .example('npx teleport-istio graph dist/ -o dot > graph.dot', 'input for Graphviz')
    .exits({
      0: 'drawn',
      2: 'the manifests cannot be read, or do not determine whether some calls are allowed; the other calls are drawn',
    })
    .runs(async (paths: readonly string[], { output, all, ...flags }: GraphFlags): Promise<ExitCode> => {
      const access = require('../../access') as Access;
      const { mesh, fleet } = await readFleet(io, paths, flags);
      if (mesh !== undefined) refuseNothing(mesh);
      const options = { all: all === true };
      const graph = mesh === undefined ? access.fleetGraph(fleet, options) : access.accessGraph(mesh, options);
      io.stdout.write(await FORMATS[output](access)(graph));
      if (graph.unknown === undefined) return 0;
      io.stderr.write(`some calls could not be decided: ${graph.unknown}\n`);
      return 2;
    });
}
