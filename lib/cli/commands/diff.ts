import { Option } from 'commander';
import type { ManifestDiff } from '../../analysis/diff/diff-manifests';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import { excludeOption } from '../exclude-option';
import type { ExitCode } from '../exit-code';
import { readClusters } from '../fleet/fleet-inputs';
import { BETWEEN, type ClusterAnswer, oneOrSections } from '../fleet/fleet-sections';
import { paint } from '../paint';
import { UserError } from '../user-error';

interface DiffFlags {
  readonly cluster?: true;
  readonly exclude?: readonly string[];
  readonly output: 'text' | 'json';
}

/** `diff`: the differences between two sets of manifests, or manifests and a cluster. */
export function diffCommand(io: CliIo): CliCommand {
  return new CliCommand('diff')
    .summary('compare two sets of manifests, or manifests with the cluster')
    .description(
      'Compares objects field by field, ignoring formatting, the order of documents, the files they are in and the order of entries in a policy. Then reports which access the differences allow and deny, in each cluster of a fleet and between them. With --cluster, reads the objects that the manifests name through kubectl and reports what applying the manifests would change; objects that exist only in the cluster are not considered. In a fleet, each cluster is read through the kubectl context that has its name.',
    )
    .usage('[options] <before> <after>\n       teleport-istio diff [options] --cluster [files...]')
    .argument('[paths...]', 'old and new file or directory; with --cluster, the manifests (default: dist)')
    .option('--cluster', 'compare with the cluster of the current kubectl context')
    .addOption(excludeOption())
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .example('npx teleport-istio diff main-dist/ dist/', 'what does this branch change?')
    .example('npx teleport-istio diff --cluster dist/', 'what would change if dist/ were applied?')
    .exits({ 0: 'no differences', 1: 'there are differences', 2: 'one side cannot be read' })
    .runs(async (paths: readonly string[], { cluster, output, exclude }: DiffFlags): Promise<ExitCode> => {
      const differences = cluster
        ? await compareWithClusters(io, paths, exclude)
        : await compareTwo(io, paths, exclude);
      const { diffToJson, diffToText } =
        require('../../analysis/diff/render-diff') as typeof import('../../analysis/diff/render-diff');
      const toText = (difference: ManifestDiff) => diffToText(difference, (kind, text) => paint(io, TONES[kind], text));
      const answers = differences.map(({ name, difference }) => ({
        name,
        text: output === 'json' ? diffToJson(difference) : toText(difference),
      }));
      io.stdout.write(oneOrSections([...answers, ...betweenClusters(differences, output)], output));
      return differences.every(({ difference }) => difference.objects.length === 0) ? 0 : 1;
    });
}

const TONES = { added: 'green', removed: 'red', changed: 'yellow' } as const;

async function compareTwo(
  io: CliIo,
  [before, after, ...rest]: readonly string[],
  exclude: readonly string[] | undefined,
): Promise<readonly NamedDiff[]> {
  if (before === undefined || after === undefined || rest.length > 0) {
    throw new UserError(
      'name two files or directories, the old one first, or use --cluster to compare with the cluster',
    );
  }
  const { diffManifests } =
    require('../../analysis/diff/diff-manifests') as typeof import('../../analysis/diff/diff-manifests');
  const { ManifestSet } =
    require('../../model/documents/manifest-set') as typeof import('../../model/documents/manifest-set');
  const old = await readClusters(io, [before], exclude);
  const now = await readClusters(io, [after], exclude);
  const isFleet = (clusters: typeof old) => clusters.every(({ name }) => name !== undefined);
  if (isFleet(old) !== isFleet(now)) {
    throw new UserError(
      `${isFleet(old) ? before : after} has files of several clusters, and ${isFleet(old) ? after : before} of one: pass a directory of one cluster on both sides`,
    );
  }
  const names = new Set([...now, ...old].map(({ name }) => name));
  const of = (clusters: typeof old, name: string | undefined) =>
    clusters.find((cluster) => cluster.name === name)?.manifests;
  return [...names].map((name) => {
    const sides = { before: of(old, name), after: of(now, name) };
    const nothing = new ManifestSet([]);
    return { name, ...sides, difference: diffManifests(sides.before ?? nothing, sides.after ?? nothing) };
  });
}

/** What is different about one cluster; without a name if there is only one. */
interface NamedDiff {
  readonly name: string | undefined;
  readonly difference: ManifestDiff;
  /** What access was evaluated by; undefined if there is no such cluster. */
  readonly before: ManifestSet | undefined;
  readonly after: ManifestSet | undefined;
}

/** What opens and closes between the clusters of a fleet, for programs always, for people if there is anything to tell. */
function betweenClusters(differences: readonly NamedDiff[], output: DiffFlags['output']): readonly ClusterAnswer[] {
  const isFleet = differences.some(({ name }) => name !== undefined);
  const isSame = differences.every(({ difference }) => difference.objects.length === 0);
  if (!isFleet || (isSame && output === 'text')) return [];
  const { compareBetween } =
    require('../../analysis/fleet/compare-fleets') as typeof import('../../analysis/fleet/compare-fleets');
  const { fleetMember } =
    require('../../analysis/fleet/fleet-member') as typeof import('../../analysis/fleet/fleet-member');
  const { betweenToText, notesOf, plainBetween } =
    require('../../analysis/fleet/render-fleet-changes') as typeof import('../../analysis/fleet/render-fleet-changes');
  const membersOf = (side: 'before' | 'after') =>
    differences.flatMap(({ name, [side]: manifests }) =>
      manifests === undefined ? [] : [fleetMember(name, manifests)],
    );
  const found = compareBetween(membersOf('before'), membersOf('after'));
  if (output === 'json') return [{ name: BETWEEN, text: JSON.stringify(plainBetween(found)) }];
  const isSilent = found.between.length === 0 && notesOf(found).length === 0;
  return isSilent ? [] : [{ name: BETWEEN, text: betweenToText(found) }];
}

/** Compares with the cluster that kubectl talks to, or each cluster of a fleet with the one that the context of its name leads to. */
async function compareWithClusters(
  io: CliIo,
  paths: readonly string[],
  exclude: readonly string[] | undefined,
): Promise<readonly NamedDiff[]> {
  const { diffCluster, withOthers } =
    require('../../analysis/diff/diff-manifests') as typeof import('../../analysis/diff/diff-manifests');
  const differences: NamedDiff[] = [];
  for (const { name, manifests } of await readClusters(io, paths, exclude)) {
    const live = await readCluster(io, name, manifests);
    const sides = { before: withOthers(live, manifests), after: manifests };
    differences.push({ name, ...sides, difference: diffCluster(live, manifests) });
  }
  return differences;
}

async function readCluster(io: CliIo, name: string | undefined, manifests: ManifestSet): Promise<ManifestSet> {
  const { kubernetesObjects } =
    require('../../analysis/diff/diff-manifests') as typeof import('../../analysis/diff/diff-manifests');
  const { readManifests } =
    require('../../model/documents/read-manifests') as typeof import('../../model/documents/read-manifests');
  const wanted = kubernetesObjects(manifests);
  if (wanted === undefined) {
    throw new UserError(
      `the manifests${name === undefined ? '' : ` of ${name}`} contain no Kubernetes object to compare`,
    );
  }
  io.announce(name === undefined ? 'querying the cluster' : `querying the cluster ${name}`);
  const context = name === undefined ? [] : [`--context=${name}`];
  const found = await io
    .kubectl(['get', ...context, '--filename=-', '--ignore-not-found', '--output=json'], wanted)
    .catch((error: unknown) => {
      if (name === undefined || !(error instanceof UserError)) throw error;
      // An answer about some of the clusters would look like one about all.
      throw new UserError(
        `cluster ${name}: ${error.message}\nEach cluster is read through the kubectl context that has its name; for a context with another name, pass one cluster’s directory`,
      );
    });
  // Nothing at all is what kubectl prints when no object is there.
  const answer = readManifests(
    found.trim() === '' ? [] : [{ file: name === undefined ? '<cluster>' : `<cluster ${name}>`, text: found }],
  );
  const [problem] = answer.problems;
  if (problem) throw new UserError(`kubectl's answer cannot be read: ${problem.problem}`);
  return answer.manifests;
}
