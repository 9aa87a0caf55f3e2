import type { JsonValue } from '../../base/json';
import { readPlainYaml } from '../../base/yaml/read-plain-yaml';
import type { DocumentText } from '../../base/yaml/split-documents';
import { readYamlStream } from '../../base/yaml/yaml-value';

/** What is read at once at most: a parser needs several times a text's size. */
const MAX_STREAM_CHARACTERS = 4_000_000;

/**
 * Reads the documents of a file by their numbers, in order, the quickest way there is: those that are written plainly one by one,
 * and from the first other one on all at once. Undefined for what has to be looked at by itself.
 */
export function quickReader(
  content: string,
  documents: readonly DocumentText[],
): (document: number) => JsonValue | undefined {
  let isPlain = content.length <= MAX_STREAM_CHARACTERS && !content.startsWith('{');
  const isStream = isPlain && documents.length > 1;
  let stream: readonly JsonValue[] = [];
  const words = new Map<string, string>();
  return (document) => {
    const plain = isPlain ? readPlainYaml(documents[document]?.text ?? '', words) : undefined;
    if (plain !== undefined || !isPlain) return plain ?? stream[document];
    isPlain = false;
    const values = isStream ? readYamlStream(content) : undefined;
    // Where the two readings do not agree on what a document is, each is read on its own.
    if (values?.length === documents.length) stream = values;
    return stream[document];
  };
}
