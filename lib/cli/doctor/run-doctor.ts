import { join } from 'node:path';
import { type Diagnosis, diagnose, verdictOf } from '../../analysis/doctor/diagnose';
import { doctorRole } from '../../analysis/doctor/doctor-role';
import { redactSnapshot } from '../../analysis/doctor/redact/redact-snapshot';
import { diagnosisToJson } from '../../analysis/doctor/reporters/doctor-json';
import { diagnosesToJunit, diagnosisToJunit } from '../../analysis/doctor/reporters/doctor-junit';
import { diagnosisToMarkdown } from '../../analysis/doctor/reporters/doctor-markdown';
import { summarizeDiagnosis } from '../../analysis/doctor/reporters/doctor-summary';
import { diagnosisToText } from '../../analysis/doctor/reporters/doctor-text';
import type { Snapshot } from '../../analysis/doctor/snapshot';
import { filesToSnapshot, snapshotToFiles } from '../../analysis/doctor/snapshot-files';
import { textAt } from '../../base/json';
import { visibleText } from '../../base/visible-text';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { resolvePath } from '../find-inputs';
import { readClusters } from '../fleet/fleet-inputs';
import { oneOrSections } from '../fleet/fleet-sections';
import { paint } from '../paint';
import { UserError } from '../user-error';
import { ClusterCalls } from './cluster-calls';
import { collect } from './collect';
import type { DoctorFlags } from './doctor-flags';
import { clustersBelow } from './fleet-snapshots';
import { loadSnapshotFiles, saveSnapshot } from './save-snapshot';

/** How long to wait before looking again. */
const PAUSE = 10_000;

const EXIT_CODES = { healthy: 0, unhealthy: 1, unknown: 2 } as const;

/** Does what the command line says. */
export async function runDoctor(io: CliIo, directory: string | undefined, flags: DoctorFlags): Promise<ExitCode> {
  const { expect, output, failOn } = flags;
  if (flags.redact && expect !== undefined)
    throw new UserError('--expect compares names, and --redact replaces them: use only one of the two');
  if (flags.rbac) {
    io.stdout.write(doctorRole());
    return 0;
  }
  const again = flags.wait !== undefined || flags.watch === true;
  if (directory !== undefined && (again || flags.save !== undefined)) {
    throw new UserError('a snapshot does not change: --wait, --watch and --save require a cluster');
  }
  const clusters = directory === undefined ? [] : clustersBelow(resolvePath(io, directory));
  if (directory !== undefined && clusters.length > 0) return runFleet(io, directory, clusters, flags);
  const expected = expect === undefined ? undefined : await readExpected(io, expect, flags);
  const end = Date.now() + (flags.wait ?? 0);
  for (let isFirst = true; ; isFirst = false) {
    if (!isFirst) await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const diagnosis = await lookOnce(io, directory, flags, expected).catch((error: unknown) => {
      // What was answered once and is not now, as while the API server starts anew, may be the next time.
      if (isFirst || !(error instanceof UserError) || (!flags.watch && Date.now() + PAUSE > end)) throw error;
      io.stderr.write(`${visibleText(error.message)}; checking again\n`);
      return undefined;
    });
    if (diagnosis === undefined) continue;
    const verdict = verdictOf(diagnosis, failOn);
    const isOver = !flags.watch && (verdict === 'healthy' || Date.now() + PAUSE > end);
    if (isOver || flags.watch) {
      if (flags.watch) io.clear();
      io.stdout.write(render(io, diagnosis, flags));
    }
    if (isOver) {
      if (output !== 'text') io.stderr.write(`${summarizeDiagnosis(diagnosis)}\n`);
      return EXIT_CODES[verdict];
    }
    if (!flags.watch) io.stderr.write(`${summarizeDiagnosis(diagnosis)}; checking again\n`);
  }
}

/** The manifests to compare one cluster with: of a fleet's, those of the cluster that the context is called like. */
async function readExpected(io: CliIo, paths: readonly string[], flags: DoctorFlags): Promise<ManifestSet> {
  const clusters = await readClusters(io, paths, flags.exclude);
  const [first] = clusters;
  const own = first?.name === undefined ? first : clusters.find(({ name }) => name === flags.context);
  if (own !== undefined) return own.manifests;
  throw new UserError(
    `the manifests given with --expect describe the clusters ${clusters.map(({ name }) => name).join(', ')}: pass the directory of the cluster that is queried, or use a --context with its name`,
  );
}

/** Diagnoses a snapshot of each cluster of a fleet, and compares it with the directory of that cluster. */
async function runFleet(io: CliIo, directory: string, names: readonly string[], flags: DoctorFlags): Promise<ExitCode> {
  const { expect, output, failOn } = flags;
  const written = expect === undefined ? [] : await readClusters(io, expect, flags.exclude);
  const parts: [string, Diagnosis][] = [];
  for (const name of names) {
    const expected = written.find((one) => one.name === name)?.manifests;
    if (expect !== undefined && expected === undefined) {
      const known = written.map((one) => one.name ?? 'one unnamed cluster').join(', ');
      throw new UserError(`the manifests given with --expect have no cluster "${name}"; they have ${known}`);
    }
    parts.push([name, await lookOnce(io, join(directory, name), flags, expected)]);
  }
  io.stdout.write(renderFleet(io, parts, flags));
  if (output !== 'text') {
    for (const [name, diagnosis] of parts) io.stderr.write(`${name}: ${summarizeDiagnosis(diagnosis)}\n`);
  }
  const verdicts = parts.map(([, diagnosis]) => verdictOf(diagnosis, failOn));
  const worst = (['unhealthy', 'unknown'] as const).find((verdict) => verdicts.includes(verdict));
  return EXIT_CODES[worst ?? 'healthy'];
}

function renderFleet(io: CliIo, parts: readonly (readonly [string, Diagnosis])[], flags: DoctorFlags): string {
  const { output, failOn } = flags;
  if (output === 'junit') return diagnosesToJunit(parts, failOn);
  const answers = parts.map(([name, diagnosis]) => ({ name, text: render(io, diagnosis, flags) }));
  return oneOrSections(answers, output);
}

async function lookOnce(
  io: CliIo,
  directory: string | undefined,
  flags: DoctorFlags,
  expected: ManifestSet | undefined,
): Promise<Diagnosis> {
  const said = directory === undefined ? await record(io, flags) : load(io, directory);
  const snapshot = flags.redact ? redactSnapshot(said) : said;
  if (flags.save !== undefined) saveSnapshot(resolvePath(io, flags.save), snapshotToFiles(snapshot));
  return diagnose(snapshot, {
    before: flags.pre === true,
    needsTeleport: flags.tctl === 'always',
    ...(expected !== undefined && { expected }),
  });
}

function load(io: CliIo, directory: string): Snapshot {
  const read = filesToSnapshot(loadSnapshotFiles(resolvePath(io, directory)));
  if ('problem' in read) throw new UserError(`"${directory}" is not a snapshot: ${read.problem}`);
  return read;
}

/** @throws UserError if the cluster said nothing at all */
async function record(io: CliIo, flags: DoctorFlags): Promise<Snapshot> {
  const calls = new ClusterCalls(io, flags, flags.timeout);
  const options = {
    namespaces: flags.namespace ?? [],
    pods: flags.pods ?? [],
    all: flags.all === true,
    objectsOnly: flags.pre === true,
    asksTeleport: flags.tctl !== 'never',
  };
  io.announce('querying the cluster');
  const snapshot = await collect(calls, options, () => new Date());
  if (snapshot.objects.size === 0) {
    const gap = snapshot.gaps.find(({ subject }) => subject === 'objects/pods') ?? snapshot.gaps[0];
    throw new UserError(`the cluster cannot be queried: ${gap?.because ?? 'it did not answer'}`);
  }
  refuseMissing(snapshot, options.namespaces);
  return snapshot;
}

/** In a namespace that is not there all is well, and nobody means that. */
function refuseMissing({ objects }: Snapshot, wanted: readonly string[]): void {
  const namespaces = objects.get('namespaces')?.map((one) => textAt(one, 'metadata', 'name'));
  const missing = namespaces && wanted.find((name) => !namespaces.includes(name));
  if (missing !== undefined) throw new UserError(`the cluster has no namespace "${missing}"`);
}

function render(io: CliIo, diagnosis: Diagnosis, { output, failOn }: DoctorFlags): string {
  if (output === 'json') return diagnosisToJson(diagnosis, failOn);
  if (output === 'junit') return diagnosisToJunit(diagnosis, failOn);
  if (output === 'markdown') return diagnosisToMarkdown(diagnosis);
  const tones = { ok: 'green', error: 'red', warning: 'yellow', unseen: 'yellow' } as const;
  return diagnosisToText(diagnosis, (tone, text) => paint(io, tones[tone], text));
}
