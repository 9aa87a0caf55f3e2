import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { readClusters } from '../fleet/fleet-inputs';
import { DEFAULT_INPUT, INPUTS_HELP } from '../inputs';
import { UserError } from '../user-error';

/** `uninstall`: the commands that remove a mesh, in order. */
export function uninstallCommand(io: CliIo): CliCommand {
  return new CliCommand('uninstall')
    .summary('print the commands that remove a mesh, in a safe order')
    .description(
      'From the manifests that were applied, prints the commands that remove workloads, policies, Istio, tbot, Teleport’s resources and the CSI driver, in an order in which no deletion hangs, and lists what stays behind. It deletes nothing itself. If the files describe several clusters, each in its own directory, each step is completed in all of them before the next.',
    )
    .argument('[files...]', `${INPUTS_HELP} (default: ${DEFAULT_INPUT})`)
    .addOption(excludeOption())
    .example('npx teleport-istio uninstall dist/ > uninstall.sh', 'save the commands, to review them first')
    .exits({ 0: 'the commands were printed', 2: 'the manifests cannot be read, or describe nothing to remove' })
    .runs(
      async (paths: readonly string[], { exclude }: { readonly exclude?: readonly string[] }): Promise<ExitCode> => {
        const clusters = await readClusters(io, paths, exclude);
        const { planToScript } =
          require('../../analysis/uninstall/render-plan') as typeof import('../../analysis/uninstall/render-plan');
        const { uninstallPlan } =
          require('../../analysis/uninstall/uninstall-plan') as typeof import('../../analysis/uninstall/uninstall-plan');
        const { fleetUninstallPlan } =
          require('../../analysis/uninstall/fleet-uninstall-plan') as typeof import('../../analysis/uninstall/fleet-uninstall-plan');
        const named = clusters.flatMap(({ name, manifests }) => (name === undefined ? [] : { name, manifests }));
        const steps =
          named.length > 0 ? fleetUninstallPlan(named) : clusters.flatMap(({ manifests }) => uninstallPlan(manifests));
        if (steps.length === 0) throw new UserError('the manifests describe nothing to remove');
        io.stdout.write(planToScript(steps));
        return 0;
      },
    );
}
