import type { JsonValue } from '../json';
import type { Rereading } from './flow-indentation';

/** Why a text could not be read, with the line and column, from 0, where that was seen. */
export interface YamlError {
  readonly reason: 'syntax' | 'refused' | 'duplicate-key' | 'nesting' | 'alias-bomb';
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /**
   * What was opened and never closed, and where, from 0.
   *
   * @default - that is not what is wrong
   */
  readonly unclosed?: { readonly what: string; readonly line: number; readonly column: number };
}

/** A text read as one YAML document: its value, or the reason why there is none. */
export type YamlResult =
  | { readonly value: JsonValue; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: YamlError };

/** What to do when a mapping has a key twice. */
export interface YamlOptions {
  /** Whether the last of two equal keys counts, as most parsers do, or the text is refused. */
  readonly duplicateKeys: 'last-wins' | 'refuse';
  /**
   * What may still be read again, where many texts are read.
   *
   * @default - what is right for a single text
   */
  readonly rereading?: Rereading;
}
