import { Option } from 'commander';
import type { Target } from '../../upstream/releases/target';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { readClusters } from '../fleet/fleet-inputs';
import { oneOrSections } from '../fleet/fleet-sections';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { paint } from '../paint';
import { targetOption } from '../target-option';

interface VersionsFlags {
  readonly output: 'text' | 'json';
  readonly exclude?: readonly string[];
  readonly target?: Target;
}

/** `versions`: which releases manifests need. */
export function versionsCommand(io: CliIo): CliCommand {
  return new CliCommand('versions')
    .summary('list the releases that the manifests need, and why')
    .description(
      'Determines the oldest releases of Istio, Kubernetes, Teleport and the SPIFFE CSI driver that the manifests work with, and why, and compares them with the releases that the manifests name. State other releases with --target.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addOption(excludeOption())
    .addOption(targetOption())
    .example('npx teleport-istio versions dist/', 'what do these manifests need?')
    .example('npx teleport-istio versions dist/ --target kubernetes=1.34', 'do they work on a Kubernetes 1.34 cluster?')
    .exits({ 0: 'all releases are new enough', 1: 'a release is too old', 2: 'the manifests cannot be read' })
    .runs(async (paths: readonly string[], { output, target, exclude }: VersionsFlags): Promise<ExitCode> => {
      const clusters = await readClusters(io, paths, exclude);
      const { readRequirements } =
        require('../../analysis/requirements/read-requirements') as typeof import('../../analysis/requirements/read-requirements');
      const { knownIstioReleases } =
        require('../../analysis/requirements/known-istio-releases') as typeof import('../../analysis/requirements/known-istio-releases');
      const { requirementsToJson, requirementsToText } =
        require('../../analysis/requirements/render-requirements') as typeof import('../../analysis/requirements/render-requirements');
      const read = clusters.map(({ name, manifests }) => ({ name, components: readRequirements(manifests, target) }));
      const tell = (isMet: boolean, text: string) => paint(io, isMet ? 'green' : 'red', text);
      const toText = (components: (typeof read)[number]['components']) => requirementsToText(components, tell);
      const answers = read.map(({ name, components }) => ({
        name,
        text: output === 'json' ? requirementsToJson(components) : toText(components),
      }));
      io.stdout.write(oneOrSections(answers, output));
      if (output === 'text') io.stdout.write(knownIstioReleases());
      return read.every(({ components }) =>
        components.every(({ requirements }) => requirements.every(({ isMet }) => isMet)),
      )
        ? 0
        : 1;
    });
}
