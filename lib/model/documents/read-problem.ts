import type { SourceLocation } from '../../base/source-location';

/** Problems with a file or document that prevent its evaluation. */
export type ReadProblemId =
  | 'chart-not-rendered'
  | 'file-empty'
  | 'file-not-text'
  | 'file-too-large'
  | 'file-unreadable'
  | 'manifest-incomplete'
  | 'manifest-not-a-mapping'
  | 'nothing-to-check'
  | 'template-broken'
  | 'yaml-alias-bomb'
  | 'yaml-duplicate-key'
  | 'yaml-nesting'
  | 'yaml-syntax'
  | 'yaml-tab'
  | 'yaml-template';

/** What exactly is wrong, if one id covers several problems. Codes stay the same when texts change, so programs can use them. */
export type ReadProblemCode =
  | 'go-refuses'
  | 'has-template'
  | 'in-chart'
  | 'is-list'
  | 'is-single-value'
  | 'key-twice'
  | 'name-not-string'
  | 'no-api-version'
  | 'no-document'
  | 'no-file'
  | 'no-kind'
  | 'no-manifests'
  | 'no-name'
  | 'not-utf8'
  | 'not-yaml'
  | 'system-error'
  | 'tab'
  | 'template-error'
  | 'text-after-end'
  | 'text-after-separator'
  | 'too-deep'
  | 'too-large-document'
  | 'too-large-file'
  | 'too-many-aliases'
  | 'too-many-documents'
  | 'too-many-problems'
  | 'unclosed';

/** Why a file, a document or a part of it could not be read as a manifest. The other documents are still read. */
export interface ReadProblem {
  /** Id of the rule it breaks. */
  readonly id: ReadProblemId;
  /** What exactly is wrong. */
  readonly code: ReadProblemCode;
  /** Where it is. */
  readonly location: SourceLocation;
  /** What was found, as a clause without a full stop. */
  readonly problem: string;
  /**
   * How many problems it represents.
   *
   * @default 1
   */
  readonly count?: number;
  /**
   * Whether the text contains nothing that we evaluate, so that it hides nothing.
   *
   * @default false
   */
  readonly isForeign?: boolean;
}

/** After one of these nothing is known of the file or document, so an answer that does not tell of it would be wrong. */
export const UNREAD: ReadonlySet<string> = new Set<ReadProblemId>([
  'file-not-text',
  'file-too-large',
  'file-unreadable',
  'nothing-to-check',
  'yaml-alias-bomb',
  'yaml-nesting',
  'yaml-syntax',
  'yaml-tab',
  'yaml-template',
]);

/** Ids of problems behind which no object is hidden: what stands there is known all the same, or it is nothing. */
const HARMLESS: ReadonlySet<string> = new Set<ReadProblemId>([
  ...(['file-empty', 'manifest-incomplete', 'yaml-duplicate-key'] as const),
]);

/** Whether a problem may make an answer wrong, because it may hide an object that decides. */
export function mayHide({ id, isForeign = false }: ReadProblem): boolean {
  return !isForeign && !HARMLESS.has(id);
}
