/** What is used of API Extractor's model file (microsoft/rushstack libraries/api-extractor-model). */
export interface ApiItem {
  readonly kind: string;
  /** Absent for a constructor. */
  readonly name?: string;
  /** The comment as TSDoc, with its stars. */
  readonly docComment?: string;
  readonly excerptTokens?: readonly { readonly text: string }[];
  /** Declaration file, of the items an entry point exports. */
  readonly fileUrlPath?: string;
  readonly isProtected?: boolean;
  readonly isStatic?: boolean;
  readonly members?: readonly ApiItem[];
}

/** The item as declared, in one line where it was one. */
export function declaration(item: ApiItem): string {
  return (item.excerptTokens ?? [])
    .map(({ text }) => text)
    .join('')
    .replace(/^export (declare )?/, '')
    .trim();
}

/** The room of the sources that an exported item comes from. */
export function room({ fileUrlPath = '' }: ApiItem): string {
  return /^build\/lib\/([^/]+)\//.exec(fileUrlPath)?.[1] ?? '';
}
