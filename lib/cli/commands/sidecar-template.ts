import { KNOWN_ISTIO_LINES } from '../../upstream/releases/istio-lines';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { readText } from '../inputs';

/** `sidecar-template`: the cluster's own injection template without the volume for certificates in files. */
export function sidecarTemplateCommand(io: CliIo): CliCommand {
  return new CliCommand('sidecar-template')
    .summary('remove workload-certs from your stock sidecar template')
    .description(
      'Reads Istio’s own "sidecar" injection template, or the ConfigMap istio-sidecar-injector that holds it, and prints the template without the volume workload-certs. Rarely needed: the volume is empty and harmless unless you put something into it.',
    )
    .argument('[template]', 'file with the template or the ConfigMap (default: standard input)')
    .example(
      'kubectl -n istio-system get configmap istio-sidecar-injector -o yaml | npx teleport-istio sidecar-template',
      'read the template from the cluster',
    )
    .example('npx teleport-istio sidecar-template stock.yaml > teleport-sidecar.yaml', 'read a saved template')
    .exits({ 0: 'the template was printed', 2: `the input is not the stock template of Istio ${KNOWN_ISTIO_LINES}` })
    .runs(async (path: string | undefined): Promise<ExitCode> => {
      const text = await readText(io, path, 'the ConfigMap istio-sidecar-injector');
      const { InjectionTemplate } =
        require('../../constructs/istio/installation/injection-template') as typeof import('../../constructs/istio/installation/injection-template');
      io.stdout.write(InjectionTemplate.withoutWorkloadCerts(text));
      return 0;
    });
}
