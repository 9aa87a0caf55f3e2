import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { OutputFiles } from './output-directory';

/** Directory of a Helm chart in which every file, at any depth, is taken for manifests (helm/helm pkg/engine). */
const TEMPLATES = 'templates';

/** Labels of series, which Grafana puts into the legends of a dashboard as `{{label}}`; Helm has no function of such a name. */
const LEGEND_LABELS = 'namespace|pod|service|name|grpc_code|cluster_name|destination_service_(?:name|namespace)';

/** Beginnings of placeholders that cannot be Helm's: it would fail at the variables, and at the names. */
const FOREIGN_PLACEHOLDER = new RegExp(
  [
    String.raw`\{\{(?=[^{}]*(?<![.$\w])(?:workload|join|user)\.)`,
    String.raw`\{\{(?=\s*\$(?:labels\.|value\b))`,
    String.raw`\{\{(?=(?:${LEGEND_LABELS})\}\})`,
  ].join('|'),
  'g',
);

/** What cdk8s-cli reads to name constructs in validation reports (cdk8s-team/cdk8s-core src/app.ts). */
export const CONSTRUCT_METADATA = 'construct-metadata.json';

/** What is written, and where. */
export interface PlacedOutput {
  /** The directory that is replaced. */
  readonly directory: string;
  /** Where in it kubectl or Helm reads: the directory itself, or a directory that ends in a slash. */
  readonly folder: string;
  /** Files by their path in the directory. */
  readonly files: OutputFiles;
  /** What is to be said of files that have no place. */
  readonly notices: readonly string[];
}

/**
 * Which program reads the output, as `cdk8s synth` chose it: it makes a Helm chart around a directory `templates`, or hands on every
 * `.yaml` file of a directory of its own at standard output (cdk8s-team/cdk8s-cli src/cli/cmds/synth.ts).
 */
export function readerOf(outdir: string): 'kubectl' | 'helm' | 'stdout' {
  const directory = resolve(outdir);
  const parent = dirname(directory);
  if (basename(directory) === TEMPLATES && existsSync(join(parent, 'Chart.yaml'))) return 'helm';
  const isCliFolder = parent === resolve(tmpdir()) && /^cdk8s-\w{6}$/.test(basename(directory));
  return isCliFolder && process.env.CDK8S_OUTDIR === outdir ? 'stdout' : 'kubectl';
}

/**
 * Keeps files that are not for Kubernetes, and those that replace others, from being applied with the rest: outside `templates` in a
 * Helm chart, and not at all where there is only a stream.
 */
export function placeOutput(outdir: string, files: OutputFiles): PlacedOutput {
  const reader = readerOf(outdir);
  if (reader === 'kubectl') return { directory: outdir, folder: '', files, notices: [] };
  if (reader === 'helm') {
    const folder = `${TEMPLATES}/`;
    const placed = [...files].map(([path, text]) =>
      isForKubernetes(path) ? ([`${folder}${path}`, literalBraces(text)] as const) : ([path, text] as const),
    );
    // cdk8s-cli looks for it among the templates, and Helm would take it for a manifest.
    const ignored = [CONSTRUCT_METADATA].filter((path) => files.has(path)).map((path) => `${folder}${path}\n`);
    const all = new Map([...placed, ...ignored.map((text) => ['.helmignore', text] as const)]);
    return { directory: dirname(outdir), folder, files: all, notices: [] };
  }
  const left = [...files.keys()].filter((path) => !isForKubernetes(path));
  const notices =
    left.length === 0
      ? []
      : [
          `Not written to --stdout, because they are not Kubernetes manifests: ${left.join(', ')}. To get them, synthesize into a directory.`,
        ];
  return {
    directory: outdir,
    folder: '',
    files: new Map([...files].filter(([path]) => isForKubernetes(path))),
    notices,
  };
}

/** Everything for other programs, and every variant, is in a directory. */
function isForKubernetes(path: string): boolean {
  return !path.includes('/');
}

/**
 * Keeps Helm from reading placeholders of others, which look like its own: Teleport's, those of Prometheus in the texts of alerts, and
 * labels in the legends of a dashboard. Only these: whoever writes for Helm may mean others.
 */
function literalBraces(text: string): string {
  return text.replaceAll(FOREIGN_PLACEHOLDER, '{{ "{{" }}');
}
