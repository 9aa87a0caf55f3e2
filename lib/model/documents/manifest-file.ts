import type { JsonValue } from '../../base/json';

/** A file as it was given, for what is not data: comments. */
export interface ManifestFile {
  /** Name to show people; also what locations carry. */
  readonly file: string;
  /** What is in it. */
  readonly text: string;
  /**
   * The documents of the text, for whoever has just written them: it is then read only to say where something stands.
   *
   * @default - read from the text
   */
  readonly documents?: readonly JsonValue[];
}
