import type { SourceLocation } from '../../base/source-location';

/** Severity: an `error` breaks something or allows too much; a `warning` may be intended. */
export type Severity = 'error' | 'warning';

/** The object of a finding. */
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

/** One thing that is wrong, as data; reporters render it as text. */
export interface Finding {
  /** Id of the rule, in kebab-case. */
  readonly rule: string;
  /**
   * The fault, for rules with several faults: those about reading and schemas. Codes stay the same while texts change.
   *
   * @default - the rule has one
   */
  readonly code?: string;
  /**
   * How many findings it represents: after a thousand findings of a rule in one file, the last one represents the
   * remaining ones; a finding about a chart represents its templates.
   *
   * @default 1
   */
  readonly count?: number;
  /** Severity; errors fail a check. */
  readonly severity: Severity;
  /**
   * The object of the finding.
   *
   * @default - the file could not be read that far
   */
  readonly resource?: FindingResource;
  /** JSON pointer into the object; empty for the object as a whole. */
  readonly pointer: string;
  /** File, line and column. */
  readonly location: SourceLocation;
  /** The values in the message, by their names in the rule. */
  readonly values: Readonly<Record<string, string | number>>;
  /** What was found, as a clause without a full stop. */
  readonly found: string;
  /** What happens because of it. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  /** Upstream source: a repository path or an issue. */
  readonly source: string;
}
