import type { SourceLocation } from '../../base/source-location';

/** How bad it is: an `error` breaks something or opens it; a `warning` may be meant. */
export type Severity = 'error' | 'warning';

/** The object a finding is about. */
export interface FindingResource {
  /** `apiVersion` of the object. */
  readonly apiVersion: string;
  /** `kind` of the object. */
  readonly kind: string;
  /** `undefined` for cluster-scoped objects and for documents that have no namespace. */
  readonly namespace: string | undefined;
  /** `metadata.name` of the object. */
  readonly name: string;
}

/** One thing that is wrong, as data; reporters make text of it. */
export interface Finding {
  /** Id of the rule, in kebab-case. */
  readonly rule: string;
  /**
   * Which of the rule's faults it is, of rules that have several: those of reading and of schemas. Codes stay the same while
   * texts change.
   *
   * @default - the rule has one
   */
  readonly code?: string;
  /**
   * How many findings it stands for: beyond a thousand of a rule in one file the last one that is listed stands for the others
   * too, and a chart for its templates.
   *
   * @default 1
   */
  readonly count?: number;
  /** How bad it is; errors fail a check. */
  readonly severity: Severity;
  /**
   * The object it is about.
   *
   * @default - the file could not be read that far
   */
  readonly resource?: FindingResource;
  /** JSON pointer into the object; empty for the object as a whole. */
  readonly pointer: string;
  /** File, line and column. */
  readonly location: SourceLocation;
  /** The values that were found, by the names the rule gives them. */
  readonly values: Readonly<Record<string, string | number>>;
  /** What was found, as a clause without a full stop. */
  readonly found: string;
  /** What happens because of it. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  /** Where upstream says so: a repository path or an issue. */
  readonly source: string;
}
