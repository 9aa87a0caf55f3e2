import { field, scalarText, textAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import { CLUSTER_NAME_VALUE, DELIVERED_CLUSTER_LABEL } from '../../upstream/istio/multi-cluster';
import { findInstallValues } from '../cluster/install-values';
import type { ManifestFile } from '../documents/manifest-file';
import type { ManifestSet } from '../documents/manifest-set';
import { readManifests } from '../documents/read-manifests';

/** The files of one cluster, among those of several. */
export interface ClusterFiles {
  /** Name of the cluster, from its installation of Istio. */
  readonly name: string;
  /** The directory they are in. */
  readonly folder: string;
  readonly files: readonly ManifestFile[];
}

/** The word without which no file names a cluster. */
const CLUSTER_NAME = CLUSTER_NAME_VALUE.at(-1) ?? '';

/** Files of several clusters, each with a directory of its own. */
export interface FleetFiles {
  /** In the order of their files. */
  readonly clusters: readonly ClusterFiles[];
  /** Files outside their directories. */
  readonly others: readonly ManifestFile[];
  /** Files outside their directories that deliver something to a cluster; the cluster's directory contains what. */
  readonly deliveries: readonly ManifestFile[];
}

/**
 * Tells the clusters apart whose files these are: installations of Istio that name different clusters, in directories of their
 * own. A cluster's directory is the topmost one in which no other cluster is named.
 *
 * Undefined if the files name no two clusters, or do not keep them apart: then they are looked at together.
 */
export function findClusters(files: readonly ManifestFile[]): FleetFiles | undefined {
  const naming = files.filter(({ text }) => text.includes(CLUSTER_NAME));
  // One file is in the same directories whatever it names, so it tells no clusters apart, and need not be read for it.
  if (naming.length < 2) return undefined;
  const { folders, notApart } = foldersOf(files, naming);
  return notApart === undefined && folders.size > 1 ? divide(files, folders) : undefined;
}

/**
 * Why files that name several clusters do not say what is whose, as a clause; undefined if they do, or name one. What they say
 * together is true of no cluster.
 */
export function whyNotApart(files: readonly ManifestFile[]): string | undefined {
  const naming = files.filter(({ text }) => text.includes(CLUSTER_NAME));
  const [only] = naming;
  // What names one cluster at most need not be read for it.
  if (only === undefined || (naming.length === 1 && new Set(only.text.match(WRITTEN_NAMES)).size < 2)) return undefined;
  return foldersOf(files, naming).notApart;
}

/** Names as they are written in YAML or JSON. */
const WRITTEN_NAMES = new RegExp(`${CLUSTER_NAME}["']?\\s*:\\s*["']?[^\\s"',}]+`, 'g');

/** The directory of each cluster that files name. */
interface ClusterFolders {
  readonly folders: ReadonlyMap<string, string>;
  /** Why a cluster has no directory for itself, as a clause. */
  readonly notApart: string | undefined;
}

/** Whoever asks for the clusters of files and gets none asks why next, and the files that name clusters are read once for both. */
function foldersOf(files: readonly ManifestFile[], naming: readonly ManifestFile[]): ClusterFolders {
  return onceFor(files, 'clusters', () => findFolders(naming));
}

function findFolders(naming: readonly ManifestFile[]): ClusterFolders {
  const folders = new Map<string, string>();
  const named = naming.flatMap((file) => namesIn(file).map((name) => ({ name, file, parents: parentsOf(file.file) })));
  if (new Set(named.map(({ name }) => name)).size < 2) return { folders, notApart: undefined };
  const namesBelow = new Map<string, Set<string>>();
  for (const { name, parents } of named) {
    for (const parent of parents) namesBelow.set(parent, (namesBelow.get(parent) ?? new Set()).add(name));
  }
  for (const { name, file, parents } of named) {
    const folder = parents.find((parent) => namesBelow.get(parent)?.size === 1);
    const quoted = JSON.stringify(name);
    if (folder === undefined) {
      const others = named.filter((one) => one.name !== name).map((one) => JSON.stringify(one.name));
      const notApart = `${file.file} names the cluster ${quoted}, but other files in its directory name ${[...new Set(others)].join(', ')}`;
      return { folders, notApart };
    }
    // Of one cluster in two directories nobody knows which is applied.
    const other = folders.get(name);
    if (other !== undefined && other !== folder) {
      return { folders, notApart: `${other} and ${folder} both have an installation that names the cluster ${quoted}` };
    }
    folders.set(name, folder);
  }
  return { folders, notApart: undefined };
}

function divide(files: readonly ManifestFile[], folderOf: ReadonlyMap<string, string>): FleetFiles {
  const clusters = new Map(
    [...folderOf].map(([name, folder]) => [folder, { name, folder, files: [] as ManifestFile[] }]),
  );
  const others: ManifestFile[] = [];
  for (const file of files) {
    const own = parentsOf(file.file).find((parent) => clusters.has(parent));
    (own === undefined ? others : (clusters.get(own)?.files ?? others)).push(file);
  }
  const deliveries = new Set(others.filter(isDelivery));
  return {
    clusters: [...clusters.values()],
    others: others.filter((file) => !deliveries.has(file)),
    deliveries: [...deliveries],
  };
}

/** Whether each object of a file names the cluster that it is for. */
function isDelivery(file: ManifestFile): boolean {
  if (!file.text.includes(DELIVERED_CLUSTER_LABEL)) return false;
  const { manifests } = readManifests([file]);
  return manifests.all.every(({ body }) => textAt(body, 'metadata', 'labels', DELIVERED_CLUSTER_LABEL) !== undefined);
}

/** Files that are in the directory of no cluster, and have objects that may be of every cluster or of none. */
export function strayFiles({ all }: ManifestSet): readonly string[] {
  return [...new Set(all.filter(({ apiVersion }) => !DELIVERY.test(apiVersion)).map(({ file }) => file))];
}

/** What says how directories get into clusters, and nothing about the mesh. */
const DELIVERY = /^(argoproj\.io|[a-z.]*\.toolkit\.fluxcd\.io|kustomize\.config\.k8s\.io)\//;

/** Names of clusters in a file. */
function namesIn(file: ManifestFile): readonly string[] {
  const { manifests } = readManifests([file]);
  return [
    ...new Set(
      findInstallValues(manifests)
        .map(({ body }) => scalarText(field(body, ...CLUSTER_NAME_VALUE)) ?? '')
        // The chart's own values have an empty text in its place.
        .filter((name) => name !== ''),
    ),
  ];
}

/** The directories a file is in, topmost first. */
function parentsOf(file: string): readonly string[] {
  const names = file.split(/[\\/]/).slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join('/'));
}
