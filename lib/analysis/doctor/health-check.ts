import type { DoctorGroup } from './groups';
import type { LiveMesh } from './live-mesh';
import type { Snapshot } from './snapshot';

/** How bad a finding is: an `error` breaks something now, a `warning` will or may. */
export type HealthSeverity = 'error' | 'warning';

/** A fault that a check reports. */
export interface HealthReport {
  /** What was found, as a clause without a full stop; begins with the object. */
  readonly found: string;
  /** Evidence from the cluster. */
  readonly evidence?: readonly string[];
  /**
   * Why, where the check knows more than its general cause.
   *
   * @default - the check's cause
   */
  readonly cause?: string;
  /**
   * What to do, where the check knows more than its general fix.
   *
   * @default - the check's fix
   */
  readonly fix?: string;
  /** @default 'error' */
  readonly severity?: HealthSeverity;
  /**
   * Where upstream says so.
   *
   * @default - the check's source
   */
  readonly source?: string;
}

/** Receives the results of a check. */
export interface HealthSink {
  /** Counts things that were really looked at: a check that looked at nothing is never a tick. */
  looked(count?: number): void;
  /** Tells of something that is wrong. */
  found(report: HealthReport): void;
  /** Tells of something that could not be looked at, and why. */
  unseen(what: string, because: string): void;
}

/** A check of doctor. */
export interface HealthCheck {
  /** In kebab-case; never changes, as scripts name it. */
  readonly id: string;
  /** Chapter it is printed in. */
  readonly group: DoctorGroup;
  /** Whether it finds consequences of other faults: such checks come after the others of their group. */
  readonly isSymptom?: true;
  /**
   * Whether it looks at what only Teleport itself knows: what cannot be looked at then is said, and does not leave the answer open
   * unless Teleport has to answer.
   */
  readonly isOptional?: true;
  /** What holds if the check passes: printed behind the tick. */
  readonly title: string;
  /** What it checks, for the documentation. */
  readonly looksAt: string;
  /** What it requires: resources of the snapshot, or other parts of it. */
  readonly needs: readonly string[];
  /** What usually causes it: one or two sentences. */
  readonly cause: string;
  /** What to do, as a command. */
  readonly fix: string;
  /** Upstream source: a repository path or an issue. */
  readonly source: string;
  /** A snapshot with the fault. */
  readonly fires: () => Snapshot;
  /** The same without it. */
  readonly quiet: () => Snapshot;
  /** Looks. */
  check(mesh: LiveMesh, sink: HealthSink): void;
}

/** Writes down a check. */
export function defineCheck(check: HealthCheck): HealthCheck {
  return check;
}
