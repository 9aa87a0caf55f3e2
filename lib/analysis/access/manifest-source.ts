import { InvalidInputError } from '../../base/invalid-input-error';
import { readFolder } from '../../model/documents/folder';
import type { ManifestFile } from '../../model/documents/manifest-file';
import { ManifestSet } from '../../model/documents/manifest-set';
import { readManifests } from '../../model/documents/read-manifests';
import { mayHide, type ReadProblem } from '../../model/documents/read-problem';
import { isVariant } from '../../model/documents/variants';
import { findClusters, strayFiles, whyNotApart } from '../../model/fleet/cluster-folders';

/** An app that can return its files without writing them, as MeshApp does. */
export interface SynthesizedApp {
  /** The text of each file by its path relative to the output directory. */
  synthFiles(): ReadonlyMap<string, string>;
}

/**
 * Manifests in any form: read from files; a MeshApp or the result of its `synthFiles()`; the path of a directory or
 * file; or plain objects, such as the result of cdk8s' `Testing.synth(chart)`, which do not include a mesh
 * configuration.
 */
export type ManifestSource = ManifestSet | readonly object[] | SynthesizedApp | ReadonlyMap<string, string> | string;

/** The manifests of one cluster, and its name if the source tells several clusters apart. */
export interface ClusterSet {
  readonly name: string | undefined;
  readonly manifests: ManifestSet;
}

/**
 * The documents of a source.
 *
 * @throws InvalidInputError if something in it cannot be read that may decide, or if they are those of several clusters
 */
export function manifestSetOf(source: ManifestSource): ManifestSet {
  const clusters = clusterSetsOf(source);
  const [only] = clusters;
  if (only !== undefined && clusters.length === 1) return only.manifests;
  throw new InvalidInputError({
    where: 'MeshModel.from',
    problem: 'the manifests describe several clusters, and a model describes one',
    value: clusters.map(({ name }) => name),
    allowed: 'the directory or the app of one cluster',
    fix: 'use FleetModel.from for all of them, or take the app of a cluster: fleet.clusters[0].app',
  });
}

/**
 * The documents of a source, cluster by cluster if it tells several apart.
 *
 * @throws InvalidInputError if something in it cannot be read that may decide, or is in the directory of no cluster
 */
export function clusterSetsOf(source: ManifestSource): readonly ClusterSet[] {
  if (source instanceof ManifestSet) return [{ name: undefined, manifests: source }];
  if (typeof source === 'string') {
    const { files, problems } = readFolder(source);
    return read(files, problems);
  }
  if ('synthFiles' in source) return read(filesOf(source.synthFiles()));
  return read(isMap(source) ? filesOf(source) : [{ file: '<objects>', text: textOf(source) }]);
}

function read(files: readonly ManifestFile[], unread: readonly ReadProblem[] = []): readonly ClusterSet[] {
  const fleet = findClusters(files);
  if (fleet === undefined) {
    refuseMixed(files);
    return [{ name: undefined, manifests: sound(files, unread) }];
  }
  refuseStrays(sound(fleet.others, unread));
  return fleet.clusters.map(({ name, files: own }) => ({ name, manifests: sound(own, []) }));
}

/** What the files of several clusters say together is true of no cluster. */
function refuseMixed(files: readonly ManifestFile[]): void {
  const mixed = whyNotApart(files);
  if (mixed === undefined) return;
  throw new InvalidInputError({
    where: 'MeshModel.from',
    problem: `the manifests describe several clusters and do not state which object belongs to which cluster: ${mixed}`,
    allowed: 'a directory for each cluster',
  });
}

/** What may be of every cluster or of none would make each model wrong. */
function refuseStrays(manifests: ManifestSet): void {
  const files = strayFiles(manifests);
  if (files.length === 0) return;
  throw new InvalidInputError({
    where: 'FleetModel.from',
    problem: 'the manifests describe several clusters, and some are in no cluster’s directory',
    value: files,
    allowed: 'every object in a cluster’s directory',
  });
}

function sound(files: readonly ManifestFile[], unread: readonly ReadProblem[]): ManifestSet {
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
