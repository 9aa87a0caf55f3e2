import type { Severity } from '../finding';

/** What reporters may say besides the findings themselves. */
export interface ReportOptions {
  /**
   * Every file that was looked at, so that those without findings are counted.
   *
   * @default - the files of the findings
   */
  readonly files?: readonly string[];
  /**
   * Whether the text may have colours; whoever calls decides by terminal and `NO_COLOR`.
   *
   * @default false
   */
  readonly color?: boolean;
  /**
   * Version of this package, for reports that name their tool.
   *
   * @default - none is named
   */
  readonly toolVersion?: string;
  /**
   * Address where people read about this package, for reports that link to their tool.
   *
   * @default - none is linked
   */
  readonly toolAddress?: string;
  /**
   * Least severity that counts as a failure in formats that have tests; findings below it are shown with passed ones.
   *
   * @default 'error'
   */
  readonly failOn?: Severity;
  /**
   * Whether not one manifest is in the files: that there are no findings says nothing then.
   *
   * @default false
   */
  readonly holdsNothing?: boolean;
}
