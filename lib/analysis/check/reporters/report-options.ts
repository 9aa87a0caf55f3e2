import type { Severity } from '../finding';

/** Options of reporters. */
export interface ReportOptions {
  /**
   * Every file that was checked, so that files without findings are counted.
   *
   * @default - the files of the findings
   */
  readonly files?: readonly string[];
  /**
   * Whether the text may have colors; the caller decides by terminal and `NO_COLOR`.
   *
   * @default false
   */
  readonly color?: boolean;
  /**
   * Version of this package, for formats that name the tool.
   *
   * @default - none is named
   */
  readonly toolVersion?: string;
  /**
   * Address of this package's documentation, for formats that link to the tool.
   *
   * @default - none is linked
   */
  readonly toolAddress?: string;
  /**
   * Lowest severity that counts as a failure in formats with tests; tests with only lower findings pass.
   *
   * @default 'error'
   */
  readonly failOn?: Severity;
  /**
   * Whether the files contain no manifest, so that the absence of findings means nothing.
   *
   * @default false
   */
  readonly holdsNothing?: boolean;
}
