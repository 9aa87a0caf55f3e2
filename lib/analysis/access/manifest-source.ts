import { InvalidInputError } from '../../base/invalid-input-error';
import { readFolder } from '../../model/documents/folder';
import type { ManifestFile } from '../../model/documents/manifest-file';
import { ManifestSet } from '../../model/documents/manifest-set';
import { readManifests } from '../../model/documents/read-manifests';
import { mayHide, type ReadProblem } from '../../model/documents/read-problem';
import { isVariant } from '../../model/documents/variants';
import { findClusters } from '../../model/fleet/cluster-folders';

/** An app that can say what it would write, as MeshApp does. */
export interface SynthesizedApp {
  /** Path relative to the output directory to text. */
  synthFiles(): ReadonlyMap<string, string>;
}

/**
 * Manifests in any form they come in: read from files; a MeshApp or what its `synthFiles()` returns; the path of a directory or
 * file; or plain objects such as cdk8s' `Testing.synth(chart)` returns, which have no mesh configuration among them.
 */
export type ManifestSource = ManifestSet | readonly object[] | SynthesizedApp | ReadonlyMap<string, string> | string;

/**
 * The documents of a source.
 *
 * @throws InvalidInputError if something in it cannot be read that may decide
 */
export function manifestSetOf(source: ManifestSource): ManifestSet {
  if (source instanceof ManifestSet) return source;
  if (typeof source === 'string') {
    const { files, problems } = readFolder(source);
    return read(files, problems);
  }
  if ('synthFiles' in source) return read(filesOf(source.synthFiles()));
  return read(isMap(source) ? filesOf(source) : [{ file: '<objects>', text: textOf(source) }]);
}

function read(files: readonly ManifestFile[], unread: readonly ReadProblem[] = []): ManifestSet {
  const fleet = findClusters(files);
  if (fleet !== undefined) {
    throw new InvalidInputError({
      where: 'MeshModel.from',
      problem: 'the manifests are those of several clusters, and a model is of one',
      value: fleet.clusters.map(({ name }) => name),
      allowed: 'the directory or the app of one cluster',
      fix: 'of a MeshFleet take the app of a cluster: fleet.clusters[0].app',
    });
  }
  const { manifests, problems } = readManifests(files);
  const [first] = [...unread, ...problems].filter(mayHide);
  if (first === undefined) return manifests;
  const { file, line } = first.location;
  throw new InvalidInputError({
    where: 'MeshModel.from',
    problem: `${file}:${line}: ${first.problem}, so there is no answer`,
    allowed: 'manifests that can all be read',
  });
}

function filesOf(output: ReadonlyMap<string, string>): readonly ManifestFile[] {
  return [...output].flatMap(([file, text]) =>
    isVariant(file) || !/\.(ya?ml|json)$/.test(file) ? [] : { file, text },
  );
}

function isMap(source: readonly object[] | ReadonlyMap<string, string>): source is ReadonlyMap<string, string> {
  return source instanceof Map;
}

/** Objects are read as the JSON they stand for, so that embedded documents are found the same way as in files. */
function textOf(objects: readonly object[]): string {
  return objects.map((object) => JSON.stringify(object)).join('\n---\n');
}
