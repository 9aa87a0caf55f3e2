import { Rereading } from '../../base/yaml/flow-indentation';
import { foldCharts } from './charts';
import { Kustomizations } from './kustomizations';
import type { ManifestFile } from './manifest-file';
import { ManifestReader } from './manifest-reader';
import { ManifestSet } from './manifest-set';
import type { ReadProblem } from './read-problem';

/** Everything that was understood, and everything that was not. */
export interface ReadResult {
  readonly manifests: ManifestSet;
  /** In the order of the files. */
  readonly problems: readonly ReadProblem[];
}

/**
 * Reads any number of files: Kubernetes objects (a `List` counts as its items), Teleport resources, IstioOperator and
 * Helm values, tbot and Envoy configurations, and the documents written as text inside those.
 *
 * Anything else is passed over without a word, and so is what a kustomization among the files names as a patch.
 * What cannot be read is a problem with its place. Never throws, and takes time in proportion to the text.
 */
export function readManifests(inputs: readonly ManifestFile[]): ReadResult {
  const rereading = new Rereading();
  const kustomizations = new Kustomizations(inputs, rereading);
  const reader = new ManifestReader(rereading, kustomizations);
  for (const input of inputs) if (!kustomizations.isPatch(input.file)) reader.readFile(input);
  return {
    manifests: ManifestSet.read(reader.manifests, inputs, reader.lists, reader.texts, kustomizations),
    problems: foldCharts(reader.problems, inputs),
  };
}
