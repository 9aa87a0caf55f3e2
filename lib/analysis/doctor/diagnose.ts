import { onceFor } from '../../base/once-for';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { KnownSecrets } from '../../model/secrets/known-secrets';
import { HEALTH_CHECKS } from './checks/all-checks';
import { DOCTOR_GROUPS } from './groups';
import type { HealthCheck, HealthReport, HealthSeverity, HealthSink } from './health-check';
import { LiveMesh } from './live-mesh';
import type { Snapshot } from './snapshot';

/** One thing that is wrong, with all that is said about it. */
export interface HealthFinding {
  readonly check: string;
  readonly group: HealthCheck['group'];
  readonly severity: HealthSeverity;
  readonly found: string;
  readonly evidence: readonly string[];
  readonly cause: string;
  readonly fix: string;
  readonly source: string;
}

/** Something that could not be checked. */
export interface Unseen {
  readonly what: string;
  readonly because: string;
}

/** The result of one check. */
export interface CheckOutcome {
  readonly check: HealthCheck;
  /** How many objects were checked. */
  readonly looked: number;
  readonly findings: readonly HealthFinding[];
  readonly unseen: readonly Unseen[];
  /** Whether something that was not checked leaves the answer open. */
  readonly isOpen: boolean;
}

/** How many of the proxies in the cluster were checked. */
export interface ProxySample {
  readonly checked: number;
  readonly all: number;
  /** Whether others were left out on purpose, as of very many a sample shows what is wrong. */
  readonly isChosen: boolean;
}

/** The results of all checks. */
export interface Diagnosis {
  /** When the snapshot was taken. */
  readonly takenAt: string;
  /** @default - all were looked at, or proxies are not what was asked about */
  readonly sample?: ProxySample;
  /** In the order of their groups; checks that do not apply to this cluster are left out. */
  readonly outcomes: readonly CheckOutcome[];
}

/** How to diagnose. */
export interface DiagnoseOptions {
  /**
   * What should run.
   *
   * @default - nobody said: nothing is compared
   */
  readonly expected?: ManifestSet;
  /**
   * Whether to look at what has to be so before anything is installed, instead of at what runs.
   *
   * @default false
   */
  readonly before?: boolean;
  /**
   * Whether the answer is open as long as Teleport was not asked.
   *
   * @default false
   */
  readonly needsTeleport?: boolean;
  /**
   * The checks to apply.
   *
   * @default - all
   */
  readonly checks?: readonly HealthCheck[];
}

/**
 * Finds what is wrong with the cluster of a snapshot. Pure: it reads only the snapshot and uses its time as the present.
 * A check whose data is missing from the snapshot is "not checked", never healthy.
 */
export function diagnose(snapshot: Snapshot, options: DiagnoseOptions = {}): Diagnosis {
  const mesh = new LiveMesh(snapshot, options.expected);
  const checks =
    options.checks ?? HEALTH_CHECKS.filter(({ group }) => (group === 'before') === (options.before ?? false));
  const needsTeleport = options.needsTeleport ?? false;
  const wasAsked = needsTeleport || isAbout(snapshot, 'teleport');
  const outcomes = checks
    .filter(({ needs }) => wasAsked || !needs.includes('teleport'))
    .map((check) => apply(check, mesh, needsTeleport))
    .filter(isOfInterest);
  const order = ({ check }: CheckOutcome) => 2 * DOCTOR_GROUPS.indexOf(check.group) + (check.isSymptom ? 1 : 0);
  return {
    takenAt: snapshot.takenAt,
    ...(!options.before && sampleOf(mesh)),
    outcomes: outcomes.sort((a, b) => order(a) - order(b)),
  };
}

function sampleOf(mesh: LiveMesh): Pick<Diagnosis, 'sample'> {
  const { length: all } = mesh.alivePods.filter(({ proxy }) => proxy !== undefined);
  const checked = mesh.proxies.filter(({ pod }) => !pod.isEnded).length;
  const silent = mesh.snapshot.gaps.filter(({ subject }) => subject.startsWith('proxies/')).length;
  return checked < all ? { sample: { checked, all, isChosen: checked + silent < all } } : {};
}

/** Whether something was asked for, with or without an answer. */
function isAbout(snapshot: Snapshot, part: 'teleport'): boolean {
  return snapshot[part] !== undefined || snapshot.gaps.some(({ subject }) => subject === part);
}

function isOfInterest({ looked, findings, unseen }: CheckOutcome): boolean {
  return looked > 0 || findings.length > 0 || unseen.length > 0;
}

function apply(check: HealthCheck, mesh: LiveMesh, needsTeleport: boolean): CheckOutcome {
  const matters = check.isOptional !== true || needsTeleport;
  const missing = check.needs.flatMap((part) => whyMissing(part, mesh) ?? []);
  if (missing.length > 0) {
    return { check, looked: 0, findings: [], unseen: [missing[0] as Unseen], isOpen: matters };
  }
  const findings: HealthFinding[] = [];
  const unseen: Unseen[] = [];
  let looked = 0;
  const hide = (text: string) => secretsOf(mesh).hide(text);
  const sink: HealthSink = {
    looked: (count = 1) => {
      looked += count;
    },
    found: (report) => findings.push(toFinding(check, report, hide)),
    unseen: (what, because) => unseen.push({ what: hide(what), because: hide(because) }),
  };
  check.check(mesh, sink);
  return { check, looked, findings, unseen, isOpen: matters && unseen.length > 0 };
}

/** What is a secret in the cluster's objects and in the expected ones. */
function secretsOf(mesh: LiveMesh): KnownSecrets {
  return onceFor(mesh, 'KnownSecrets', () =>
    KnownSecrets.ofAll([mesh.manifests, ...(mesh.expected ? [mesh.expected] : [])]),
  );
}

function whyMissing(part: string, mesh: LiveMesh): Unseen | undefined {
  const because =
    part === 'server' || part === 'jwks' || part === 'teleport' ? whyNotAnswered(part, mesh) : mesh.whyNotListed(part);
  return because === undefined ? undefined : { what: part, because };
}

function whyNotAnswered(part: 'server' | 'jwks' | 'teleport', mesh: LiveMesh): string | undefined {
  if (mesh.snapshot[part] !== undefined) return undefined;
  return mesh.gap(part)?.because ?? `the snapshot has no ${part}`;
}

/** A snapshot has no secret unless somebody has put it there by hand; a diagnosis has none whatever is in it. */
function toFinding(check: HealthCheck, report: HealthReport, hide: (text: string) => string): HealthFinding {
  return {
    check: check.id,
    group: check.group,
    severity: report.severity ?? 'error',
    found: hide(report.found),
    // A container that fails again and again says the same every time.
    evidence: [...new Set((report.evidence ?? []).map(hide))],
    cause: report.cause === undefined ? check.cause : hide(report.cause),
    fix: report.fix === undefined ? check.fix : hide(report.fix),
    source: report.source ?? check.source,
  };
}

/** The findings of a check that fail the command. */
export function failingOf({ findings }: CheckOutcome, failOn: HealthSeverity): readonly HealthFinding[] {
  return findings.filter(({ severity }) => failOn === 'warning' || severity === 'error');
}

/** The overall result of doctor. */
export type Verdict = 'healthy' | 'unhealthy' | 'unknown';

/** The overall result: any fault makes it unhealthy; otherwise anything that could not be checked leaves it unknown. */
export function verdictOf({ outcomes }: Diagnosis, failOn: HealthSeverity = 'error'): Verdict {
  if (outcomes.some((outcome) => failingOf(outcome, failOn).length > 0)) return 'unhealthy';
  const isOpen = !outcomes.some(({ looked }) => looked > 0) || outcomes.some((outcome) => outcome.isOpen);
  return isOpen ? 'unknown' : 'healthy';
}
