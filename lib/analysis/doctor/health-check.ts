import type { DoctorGroup } from './groups';
import type { LiveMesh } from './live-mesh';
import type { Snapshot } from './snapshot';

/** How bad a finding is: an `error` breaks something now, a `warning` will or may. */
export type HealthSeverity = 'error' | 'warning';

/** What a check tells of one thing that is wrong. */
export interface HealthReport {
  /** What was found, as a clause without a full stop; begins with the object. */
  readonly found: string;
  /** Words of the cluster that show it. */
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

/** Takes what a check has to say. */
export interface HealthSink {
  /** Counts things that were really looked at: a check that looked at nothing is never a tick. */
  looked(count?: number): void;
  /** Tells of something that is wrong. */
  found(report: HealthReport): void;
  /** Tells of something that could not be looked at, and why. */
  unseen(what: string, because: string): void;
}

/** One thing that doctor looks at. */
export interface HealthCheck {
  /** In kebab-case; never changes, as scripts name it. */
  readonly id: string;
  /** Chapter it is printed in. */
  readonly group: DoctorGroup;
  /** Whether it sees what other faults lead to: such checks come after the others of their group. */
  readonly isSymptom?: true;
  /**
   * Whether it looks at what only Teleport itself knows: what cannot be looked at then is said, and does not leave the answer open
   * unless Teleport has to answer.
   */
  readonly isOptional?: true;
  /** What is so when all is well: printed behind the tick. */
  readonly title: string;
  /** What it looks at, for the page. */
  readonly looksAt: string;
  /** What it cannot do without: resources of the snapshot, or one of its other parts. */
  readonly needs: readonly string[];
  /** What usually causes it: one or two sentences. */
  readonly cause: string;
  /** What to do, as a command. */
  readonly fix: string;
  /** Where upstream says so: a repository path or an issue. */
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
