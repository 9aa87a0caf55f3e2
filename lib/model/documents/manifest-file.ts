import type { JsonValue } from '../../base/json';

/** A file as it was passed in, for what is not data: comments. */
export interface ManifestFile {
  /** Its name in messages and locations. */
  readonly file: string;
  /** Its content. */
  readonly text: string;
  /**
   * The documents of the text, if the caller has just written them: the text is then parsed only for locations.
   *
   * @default - read from the text
   */
  readonly documents?: readonly JsonValue[];
}
