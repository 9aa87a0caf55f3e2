import { Rereading } from '../../base/yaml/flow-indentation';
import { Charts } from './charts';
import { Kustomizations } from './kustomizations';
import type { ManifestFile } from './manifest-file';
import { ManifestReader } from './manifest-reader';
import { ManifestSet } from './manifest-set';
import type { ReadProblem } from './read-problem';

/** The manifests that were read, and the problems. */
export interface ReadResult {
  readonly manifests: ManifestSet;
  /** In the order of the files. */
  readonly problems: readonly ReadProblem[];
}

/**
 * Reads any number of files: Kubernetes objects (a `List` counts as its items), Teleport resources, IstioOperator and
 * Helm values, tbot and Envoy configurations, and the documents written as text inside those.
 *
 * Anything else is ignored, and so are patches of kustomizations and files that a chart's templates read. Whatever
 * cannot be read is a problem with its location. Never throws, and takes time in proportion to the text.
 */
export function readManifests(inputs: readonly ManifestFile[]): ReadResult {
  const rereading = new Rereading();
  const kustomizations = new Kustomizations(inputs, rereading);
  const reader = new ManifestReader(rereading, kustomizations);
  const charts = new Charts(inputs);
  for (const input of inputs) {
    if (!kustomizations.isPatch(input.file) && !charts.isForTemplates(input.file)) reader.readFile(input);
  }
  return {
    manifests: ManifestSet.read(reader.manifests, inputs, reader, kustomizations),
    problems: charts.fold(reader.problems),
  };
}
